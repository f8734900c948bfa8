import type { PackagedTree, Resource } from "./packaged-tree.ts";

export interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: unknown;
}

export interface Grant {
  sid: string;
  action: string;
  /** An ARN, or `*`. */
  resource: string;
}

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";

type Conditional = Statement | { "Fn::If": [condition: string, yes: Statement, no: unknown] };

export function statementsOf({ resources, conditions }: PackagedTree, role: string): Statement[] {
  const policies = resources[role]?.Properties.Policies as { PolicyDocument: { Statement: Conditional[] } }[];
  return policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap((statement) => {
      if (!("Fn::If" in statement)) return [statement];
      const [condition, yes] = statement["Fn::If"];
      return holds(conditions[condition]) ? [yes] : [];
    }),
  );
}

/** Supports `Fn::Not` of `Fn::Equals`, the only form in the template. */
function holds(condition: unknown): boolean {
  const { "Fn::Not": negated } = condition as { "Fn::Not": [{ "Fn::Equals": [unknown, unknown] }] };
  const [one, other] = negated[0]["Fn::Equals"];
  return one !== other;
}

/** Returns one grant for each action and resource of a role's policies, with all references resolved. */
export function grantsOf(tree: PackagedTree, role: string): Grant[] {
  return statementsOf(tree, role).flatMap(({ Sid, Action, Resource }) =>
    [Action]
      .flat()
      .flatMap((action) =>
        [Resource].flat().map((resource) => ({ sid: Sid, action, resource: evaluate(tree.resources, resource) })),
      ),
  );
}

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

const PSEUDO: Record<string, string> = { "AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT };

/** Supports the CloudFormation functions that our policies use. Throws for any other. */
export function evaluate(resources: Record<string, Resource>, value: unknown): string {
  if (typeof value === "string") return value;
  const [[name, argument] = []] = Object.entries(value ?? {});
  if (name === "Fn::GetAtt") return attribute(resources, (argument as string[]).join("."));
  if (name === "Fn::Sub") {
    return String(argument).replace(/\$\{([^}]+)\}/g, (_, inner: string) => PSEUDO[inner] ?? attribute(resources, inner));
  }
  throw new Error(`this test cannot evaluate ${JSON.stringify(value)}`);
}

function attribute(resources: Record<string, Resource>, path: string): string {
  const [id = "", name] = path.split(".");
  const { Type, Properties = {} } = resources[id] ?? {};
  switch (`${Type} ${name}`) {
    case "AWS::DynamoDB::Table Arn":
      return arn("dynamodb", `table/${Properties.TableName}`);
    case "AWS::SQS::Queue Arn":
      return arn("sqs", `${Properties.QueueName}`);
    case "AWS::Logs::LogGroup Arn":
      return arn("logs", `log-group:${Properties.LogGroupName}:*`);
    default:
      throw new Error(`this test does not know ${path}`);
  }
}
