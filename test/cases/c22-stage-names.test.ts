import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Copy, copyOfProject, npm } from "./copy.ts";

/** The names that AWS accepts. */
const LIMITS: Record<string, [property: string, most: number, form: RegExp]> = {
  "AWS::Lambda::Function": ["FunctionName", 64, /^[A-Za-z0-9_-]+$/],
  "AWS::DynamoDB::Table": ["TableName", 255, /^[A-Za-z0-9_.-]{3,}$/],
  "AWS::SQS::Queue": ["QueueName", 80, /^[A-Za-z0-9_-]+$/],
  "AWS::SNS::Topic": ["TopicName", 256, /^[A-Za-z0-9_-]+$/],
  "AWS::Logs::LogGroup": ["LogGroupName", 512, /^[A-Za-z0-9_/.#-]+$/],
  "AWS::CloudWatch::Alarm": ["AlarmName", 255, /^\P{Cc}+$/u],
  "AWS::CloudWatch::Dashboard": ["DashboardName", 255, /^[A-Za-z0-9_-]+$/],
  "AWS::IAM::Role": ["RoleName", 64, /^[\w+=,.@-]+$/],
  "AWS::ApiGatewayV2::Api": ["Name", 128, /./],
  "AWS::KMS::Alias": ["AliasName", 256, /^alias\/[A-Za-z0-9/_-]+$/],
};
const STACK = /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/;

interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

/** Returns the names that AWS would reject, with their length. */
function refusedNames(stage: string, { Resources }: Template): string[] {
  const refused = STACK.test(`sfs-jobwatch-${stage}`) ? [] : [`the stack sfs-jobwatch-${stage}`];
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    const [property, most, form] = LIMITS[Type] ?? ["", 0, /$/];
    const name = textOf(Properties[property]);
    if (name !== undefined && (name.length > most || !form.test(name.replaceAll(/\$\{[^}]*\}/g, "x"))))
      refused.push(`${id}.${property}: ${name} (${name.length} of ${most})`);
  }
  return refused;
}

/** Returns a string, or the string of a plain Fn::Sub. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === "object" && value !== null && "Fn::Sub" in value ? value["Fn::Sub"] : value;
  return typeof text === "string" ? text : undefined;
}

let copy: Copy;
beforeAll(async () => {
  copy = await copyOfProject("stages");
});
afterAll(() => copy.remove());

it.each([
  "prod",
  "Staging",
  "1",
  "-x",
  "my_stage",
  "feature-OPS-4711",
  "a.b",
  "team/x",
  "é",
  "x".repeat(30),
  "feature-ops-4711-grow-the-share-and-wait-until-it",
  "x".repeat(60),
])("stage %s is packaged with names that AWS accepts, or rejected with an error about the stage", async (stage) => {
  const { exit, printed } = await npm(copy.folder, ["run", "--silent", "package", "--", `--stage=${stage}`], 170_000, {
    FORCE_COLOR: "0",
  });
  if (exit !== 0) {
    expect(printed).toMatch(/stage/i);
    expect(printed).not.toMatch(/^ {4}at /m);
    return;
  }
  const template = await readFile(join(copy.folder, ".serverless/cloudformation-template-update-stack.json"), "utf8");
  expect(refusedNames(stage, JSON.parse(template))).toEqual([]);
});
