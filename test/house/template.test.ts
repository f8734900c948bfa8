import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseSync, Visitor } from "oxc-parser";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test, vi } from "vitest";
import ReservePoller from "../../infra/scripts/reserve-poller.ts";
import { PAGE_ROUTES } from "../pages/page-routes.ts";
import { OSLS_CALLS, stackCalls } from "./deployment-calls.ts";
import { statementsOf } from "./grants.ts";
import { copyPackageable, type PackagedTree, packageTree, type Resource, runPackage } from "./packaged-tree.ts";
import { deployer, deployerMay } from "./policies.ts";
import { unpackTo } from "./unzip.ts";

const SECRETS = [
  "WEBHOOKS",
  ...["OS_TOKEN", "OS_USERNAME", "OS_PASSWORD", "OS_USER_DOMAIN_NAME", "OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"],
  ...["SLACK_WEBHOOKS", "SLACK_WEBHOOK_URL", "SIGNING_SECRET", "HEARTBEAT_URL"],
];
const ROUTES = [
  "POST /jobs",
  "GET /jobs",
  "GET /jobs/{jobId}",
  "DELETE /jobs/{jobId}",
  "GET /channels",
  "POST /channels/{name}/test",
  "GET /health",
  ...PAGE_ROUTES,
  "$default",
];

let tree: PackagedTree;

beforeAll(async () => {
  tree = await packageTree({ ...Object.fromEntries(SECRETS.map((name) => [name, `canary-${name}`])), POLLER_CONCURRENCY: "" });
}, 240_000);

afterAll(() => tree?.remove());

test("osls packages without credentials and without warnings", () => {
  expect(tree.printed).toContain("Service packaged");
  expect(tree.printed).not.toMatch(/warn|deprecat|unsupported|login/i);
});

test("packaging fails when a bundle cannot be built", async () => {
  const folder = await copyPackageable();
  onTestFinished(() => rm(folder, { recursive: true }));
  await appendFile(join(folder, "functions/poll/handler.ts"), 'import "no-such-package";');
  await expect(runPackage(folder)).rejects.toMatchObject({ code: 1, killed: false });
}, 240_000);

test("the template holds one table with its two indexes, protected from loss", () => {
  expect(ofType("AWS::DynamoDB::Table")).toHaveLength(1);
  const table = tree.resources.JobsTable;
  expect(table?.DeletionPolicy).toBe("Retain");
  expect(table?.Properties).toMatchObject({
    TableName: "sfs-jobwatch-dev",
    BillingMode: "PAY_PER_REQUEST",
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      { IndexName: "open", Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["entry"] } },
      { IndexName: "byTeam", Projection: { ProjectionType: "KEYS_ONLY" } },
    ],
  });
});

test("there are two functions, on the Node version that runs the tests", () => {
  const functions = ofType("AWS::Lambda::Function");
  expect(functions.map(({ Properties }) => Properties.FunctionName)).toEqual(["sfs-jobwatch-dev-api", "sfs-jobwatch-dev-poll"]);
  for (const { Properties } of functions) expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
  expect(process.version).toMatch(/^v24\./);
});

test("a tick ends before the next one, and a request before the gateway times out", () => {
  expect(tree.resources.PollLambdaFunction?.Properties.Timeout).toBeLessThan(60);
  expect(tree.resources.ApiLambdaFunction?.Properties.Timeout).toBeLessThan(30);
});

describe("concurrency reserved for the poller", () => {
  const NAME = "ReservedConcurrentExecutions";

  it("is absent when the setting is absent or empty, so that a new account can deploy", () => {
    expect(tree.template).not.toContain(NAME);
    expect(reservedFor({})).toBeUndefined();
    expect(reservedFor({ POLLER_CONCURRENCY: " ", POLL_SEGMENTS: "4" })).toBeUndefined();
  });

  it("is the value of POLLER_CONCURRENCY, for the poller only", async () => {
    const reserved = await packageTree({ POLLER_CONCURRENCY: "5", POLL_SEGMENTS: "4" });
    onTestFinished(() => reserved.remove());
    expect(reserved.resources.PollLambdaFunction?.Properties[NAME]).toBe(5);
    expect(reserved.resources.ApiLambdaFunction?.Properties).not.toHaveProperty(NAME);
    expect(stackCalls(reserved).filter((call) => !deployerMay(call))).toEqual([]);
  }, 240_000);

  it("is at least 1 more than the number of segments", () => {
    expect(reservedFor({ POLLER_CONCURRENCY: "2" })).toBe(2);
    for (const count of ["4", "5.5", "many", "-1", "0"])
      expect(() => reservedFor({ POLLER_CONCURRENCY: count, POLL_SEGMENTS: "4" })).toThrow(
        /POLLER_CONCURRENCY must be .* at least 5:/,
      );
  });

  function reservedFor(settings: Record<string, string>): number | undefined {
    for (const name of ["POLLER_CONCURRENCY", "POLL_SEGMENTS"]) vi.stubEnv(name, settings[name]);
    const poll: { reservedConcurrency?: number } = {};
    new ReservePoller({ service: { functions: { poll } }, classes: { Error } }).hooks.initialize?.();
    return poll.reservedConcurrency;
  }
});

test("the schedule calls poll every minute, retries twice, and leaves a dead letter", () => {
  const deadLetters = { "Fn::GetAtt": ["TickDeadLetters", "Arn"] };
  expect(tree.resources.TickDeadLetters?.Type).toBe("AWS::SQS::Queue");
  expect(tree.resources.PollEventsRuleSchedule1?.Properties).toMatchObject({
    ScheduleExpression: "rate(1 minute)",
    State: "ENABLED",
    Targets: [
      {
        Arn: { "Fn::GetAtt": ["PollLambdaFunction", "Arn"] },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: deadLetters },
      },
    ],
  });
  expect(tree.resources.PollLambdaEvConf?.Properties).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
    DestinationConfig: { OnFailure: { Destination: deadLetters } },
  });
});

test("every route is listed, all other requests go to the api too, and all are throttled", () => {
  const routes = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey);
  expect(routes).toEqual(expect.arrayContaining(ROUTES));
  expect(ofType("AWS::ApiGatewayV2::Integration")).toHaveLength(1);
  expect(tree.resources.HttpApiStage?.Properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: expect.any(Number),
  });
});

test("each alarm notifies the operators' topic, which is encrypted", () => {
  const alarms = ofType("AWS::CloudWatch::Alarm");
  expect(alarms.length).toBeGreaterThan(0);
  for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: "AlarmsTopic" }]);
  // An administrator creates the key (docs/deploy.md); the deployer has no permission on keys.
  expect(tree.resources.AlarmsTopic?.Properties.KmsMasterKeyId).toBe("alias/sfs-jobwatch-alarms");
  expect(ofType("AWS::KMS::Key")).toEqual([]);
});

test("each alarm has its section in the runbook, and the dashboard shows it", async () => {
  const runbook = await readFile(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const names = ofType("AWS::CloudWatch::Alarm").map(({ Properties }) => String(Properties.AlarmName));
  const sections = [...runbook.matchAll(/^### `([a-z-]+)`/gm)].map(([, name]) => `sfs-jobwatch-dev-${name}`);
  expect(sections.sort()).toEqual(names.sort());
  const body = JSON.parse(substituted(tree.resources.Dashboard?.Properties.DashboardBody));
  const onDashboard = body.widgets.flatMap(({ properties }: { properties: { alarms?: string[] } }) => properties.alarms ?? []);
  expect(onDashboard).toHaveLength(names.length);
});

test("the code emits every own metric of the dashboard and the alarms", async () => {
  const files = (await readdir(join(tree.folder, "lib"), { recursive: true })).filter((file) => file.endsWith(".ts"));
  const emitted = new Set((await Promise.all(files.map((file) => namesIn(join(tree.folder, "lib", file))))).flat());
  const inAlarms = ofType("AWS::CloudWatch::Alarm").flatMap(({ Properties: { Namespace, MetricName } }) =>
    Namespace === "sfs-jobwatch" ? [String(MetricName)] : [],
  );
  const body = substituted(tree.resources.Dashboard?.Properties.DashboardBody);
  const onDashboard = [...body.matchAll(/"sfs-jobwatch", "(\w+)"/g)].map(([, name = ""]) => name);
  expect(onDashboard.length).toBeGreaterThan(10);
  expect([...inAlarms, ...onDashboard].filter((name) => !emitted.has(name))).toEqual([]);
});

/** Returns the texts and the property names of a source file. Names in comments and types do not count. */
async function namesIn(file: string): Promise<string[]> {
  const names: string[] = [];
  const { program } = parseSync(file, await readFile(file, "utf8"));
  new Visitor({
    Literal: ({ value }) => void (typeof value === "string" && names.push(value)),
    Property: ({ key }) => void (key.type === "Identifier" && names.push(key.name)),
  }).visit(program);
  return names;
}

test("the address in ALARM_EMAIL is subscribed, if there is one", () => {
  expect(tree.resources.AlarmsEmail).toMatchObject({ Condition: "HasAlarmEmail", Properties: { Protocol: "email" } });
  expect(JSON.parse(tree.template).Conditions.HasAlarmEmail).toEqual({ "Fn::Not": [{ "Fn::Equals": ["", ""] }] });
});

describe("the deployer", () => {
  it("may make every call of a deployment, an upgrade, a rollback and a removal", () => {
    const calls = [...stackCalls(tree), ...OSLS_CALLS];
    expect(calls.length).toBeGreaterThan(300);
    expect(calls.filter((call) => !deployerMay(call)).map(({ action, resource }) => `${action} ${resource}`)).toEqual([]);
  });

  it("has no permission that none of these calls needs", () => {
    const used = new Set([...stackCalls(tree), ...OSLS_CALLS].map(({ action }) => action));
    const granted = deployer.Statement.flatMap(({ Action = [] }) => Action);
    expect(granted.filter((action) => action.includes("*"))).toEqual([]);
    // The gateway calls it when a stage is deleted, to end the delivery of its access log.
    expect(granted.filter((action) => !used.has(action))).toEqual(["logs:DeleteLogDelivery"]);
  });
});

describe("roles", () => {
  test("each function has its own, and there is no default one", () => {
    expect(tree.resources.ApiLambdaFunction?.Properties.Role).toEqual({ "Fn::GetAtt": ["ApiRole", "Arn"] });
    expect(tree.resources.PollLambdaFunction?.Properties.Role).toEqual({ "Fn::GetAtt": ["PollRole", "Arn"] });
    expect(ofType("AWS::IAM::Role")).toHaveLength(2);
  });

  test("no role may put events if no event bus is configured", () => {
    expect(tree.conditions.NotifiesEventBus).toBeDefined();
    for (const role of ["ApiRole", "PollRole"])
      expect(statementsOf(tree, role).map(({ Sid }) => Sid)).not.toContain("NotifyEventBus");
  });

  test("no action is a wildcard, and no resource except for X-Ray", () => {
    const statements = [...statementsOf(tree, "ApiRole"), ...statementsOf(tree, "PollRole")];
    for (const { Action } of statements) expect([Action].flat().join()).not.toContain("*");
    const wide = statements.filter(({ Resource }) => JSON.stringify(Resource).includes("*"));
    expect(wide.map(({ Sid }) => Sid)).toEqual(["Trace", "Trace"]);
  });
});

describe("settings", () => {
  test("row 55: no secret is in the template, its environment variables or a zip", () => {
    for (const { Properties } of ofType("AWS::Lambda::Function")) {
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      expect(Object.keys(Variables)).toContain("SECRETS_PARAMETER");
      expect(Object.keys(Variables).filter((name) => SECRETS.includes(name))).toEqual([]);
    }
    expect(tree.template).not.toContain("canary-");
    for (const { files } of Object.values(tree.zips)) {
      for (const content of Object.values(files)) expect(content.includes("canary-")).toBe(false);
    }
  });

  test("the deploy workflow can set every variable of the functions", async () => {
    const workflow = await readFile(new URL("../../.github/workflows/deploy.yml", import.meta.url), "utf8");
    const { Environment } = tree.resources.PollLambdaFunction?.Properties ?? {};
    const { Variables } = Environment as { Variables: Record<string, string> };
    const own = ["STAGE", "TABLE_NAME", "SECRETS_PARAMETER", "MALLOC_ARENA_MAX"];
    const named = [...workflow.matchAll(/^ {6}([A-Z_]+): \$\{\{ vars\.\1 \}\}$/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(Variables).filter((name) => !own.includes(name))));
  });

  test("every setting that the configuration reads is a variable of the functions or a secret", async () => {
    const files = await readdir(join(tree.folder, "lib/config"));
    const sources = await Promise.all(files.map((file) => readFile(join(tree.folder, "lib/config", file), "utf8")));
    const read = [...sources.join().matchAll(/"([A-Z][A-Z0-9_]{3,})"/g)].map(([, name]) => name);
    expect(read).toContain("TABLE_NAME");
    const forbidden = ["NODE_TLS_REJECT_UNAUTHORIZED"]; // read only to reject it
    // Variables of `npm start` and of the deployment.
    const notOfFunctions = ["POLLER_CONCURRENCY", "LOCAL_FOLDER", "ENV_FILE", ...read.filter((name) => name?.endsWith("PORT"))];
    const awsOwn = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EVENTBRIDGE"]; // variables of AWS's own clients
    for (const { Properties } of ofType("AWS::Lambda::Function")) {
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      expect([...Object.keys(Variables), ...SECRETS, ...forbidden, ...awsOwn, ...notOfFunctions]).toEqual(
        expect.arrayContaining(read),
      );
      expect(Object.keys(Variables)).not.toEqual(expect.arrayContaining(forbidden));
    }
  });
});

describe.each(["api", "poll"] as const)("the zip of %s", (name) => {
  test("holds only the command line and files of its own bundle, with the handler among them, and stays under 600 KB", () => {
    const files = Object.keys(tree.zips[name].files);
    expect(files).toContain(`functions/${name}/handler.mjs`);
    const others = files.filter((file) => !file.startsWith(`functions/${name}/`));
    expect(others).toEqual(["bin/jobwatch.mjs"]);
    expect(tree.zips[name].bytes).toBeLessThan(600_000);
  });

  test("starts without node_modules", async () => {
    const stdout = await runZip(name, "console.log(typeof handler);");
    expect(stdout).toContain("function");
  });
});

test("the packaged API serves the command line", async () => {
  const requestContext = { http: { method: "GET", path: "/jobwatch.mjs", sourceIp: "192.0.2.1" }, requestId: "1" };
  const event = { version: "2.0", rawPath: "/jobwatch.mjs", rawQueryString: "", headers: {}, requestContext };
  const stdout = await runZip("api", `console.log((await handler(${JSON.stringify(event)}, {})).body);`);
  expect(stdout).toContain(await readFile(new URL("../../bin/jobwatch.mjs", import.meta.url), "utf8"));
});

/** Runs a script with the `handler` of a zip. Returns its standard output. */
async function runZip(name: "api" | "poll", script: string): Promise<string> {
  // Outside of the tree, whose files it must not find.
  const folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await unpackTo(folder, tree.zips[name].files);
  await writeFile(join(folder, "start.mjs"), `import { handler } from "./functions/${name}/handler.mjs"; ${script}`);
  const settings = {
    ...{ STAGE: "local", TABLE_NAME: "jobs", AWS_REGION: "eu-central-1", OS_PROJECT_ID: "0".repeat(32), OS_TOKEN: "token" },
    SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
  };
  const env = { PATH: process.env.PATH, ...settings };
  return (await promisify(execFile)(process.execPath, [join(folder, "start.mjs")], { env })).stdout;
}

/** The text of a `Fn::Sub`, with "name" in place of each reference. */
function substituted(value: unknown): string {
  return String((value as { "Fn::Sub": string })["Fn::Sub"]).replace(/\$\{[^}]+\}/g, "name");
}

function ofType(type: string): Resource[] {
  return Object.values(tree.resources).filter((resource) => resource.Type === type);
}
