import { arn, evaluate } from "./grants.ts";
import type { Call } from "./iam.ts";
import type { PackagedTree, Resource } from "./packaged-tree.ts";

// The calls that CloudFormation makes for a stack. They use the deployer's credentials, since osls gives CloudFormation no role. For each
// resource type these are the calls of its handlers in CloudFormation's registry that our properties need.

const ACCOUNT = "123456789012";
const STACK = "sfs-jobwatch-dev";

type Context = NonNullable<Call["context"]>;
interface Named {
  id: string;
  resource: Resource;
  tree: PackagedTree;
}
interface Target {
  arn: string;
  context?: Context;
}
interface Handlers {
  target(named: Named): Target;
  create: string[];
  /** Further calls on creation, to other resources. */
  also?(named: Named): Call[];
  read: string[];
  update: string[];
  remove: string[];
}

const text = ({ resource }: Named, property: string) => String(resource.Properties[property]);
/** The name that CloudFormation generates if the template has none. */
const generated = (id: string) => `${STACK}-${id}-1X2Y3Z4A5B6C`;
const on = (service: string, name: (named: Named) => string) => (named: Named) => ({ arn: arn(service, name(named)) });

const roleArn = (id: string) => `arn:aws:iam::${ACCOUNT}:role/${generated(id)}`;
const roleOf = ({ resource }: Named) => {
  const [id = ""] = (resource.Properties.Role as { "Fn::GetAtt": string[] })["Fn::GetAtt"];
  return roleArn(id);
};
const functionOf = ({ resource, tree }: Named) => {
  const { FunctionName } = resource.Properties as { FunctionName: { Ref?: string; "Fn::GetAtt"?: string[] } };
  const id = FunctionName.Ref ?? FunctionName["Fn::GetAtt"]?.[0] ?? "";
  return `function:${tree.resources[id]?.Properties.FunctionName}`;
};
/** Condition keys for the tags of the template: those of the request, and those of the resource afterwards. */
const tagged = (kind: "Request" | "Resource", { Tags }: Resource["Properties"]) =>
  Object.fromEntries(
    Object.entries((Tags ?? {}) as Record<string, string>).map(([key, value]) => [`aws:${kind}Tag/${key}`, value]),
  );
const API = "arn:aws:apigateway:eu-central-1::/apis";
const ofApi = (path: string) => (named: Named) => ({
  arn: `${API}/a1b2c3${path}`,
  context: tagged("Resource", named.tree.resources.HttpApi?.Properties ?? {}),
});

const BUCKET = "arn:aws:s3:::sfs-jobwatch-dev-serverlessdeploymentbucket-1x2y3z4a5b6c";

const HANDLERS: Record<string, Handlers> = {
  "AWS::S3::Bucket": {
    target: () => ({ arn: BUCKET }),
    create: ["s3:CreateBucket", "s3:PutEncryptionConfiguration", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging"],
    read: ["s3:GetEncryptionConfiguration", "s3:GetBucketPublicAccessBlock", "s3:ListBucket", "s3:GetBucketLocation"],
    update: ["s3:PutEncryptionConfiguration", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging"],
    remove: ["s3:DeleteBucket"],
  },
  "AWS::S3::BucketPolicy": {
    target: () => ({ arn: BUCKET }),
    create: ["s3:PutBucketPolicy"],
    read: ["s3:GetBucketPolicy"],
    update: ["s3:PutBucketPolicy"],
    remove: ["s3:DeleteBucketPolicy"],
  },
  "AWS::Logs::LogGroup": {
    target: on("logs", (named) => `log-group:${text(named, "LogGroupName")}:*`),
    create: ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"],
    also: () => [{ action: "logs:DescribeLogGroups", resource: "*" }],
    read: ["logs:ListTagsForResource"],
    update: ["logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:TagResource", "logs:UntagResource"],
    remove: ["logs:DeleteLogGroup"],
  },
  "AWS::Lambda::Function": {
    target: on("lambda", (named) => `function:${text(named, "FunctionName")}`),
    create: ["lambda:CreateFunction", "lambda:PutFunctionConcurrency", "lambda:TagResource"],
    also: (named) => [
      { action: "iam:PassRole", resource: roleOf(named), context: { "iam:PassedToService": "lambda.amazonaws.com" } },
      { action: "s3:GetObject", resource: `${BUCKET}/serverless/sfs-jobwatch/dev/1/api.zip` },
    ],
    read: [
      ...["lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionRecursionConfig"],
      ...["lambda:GetRuntimeManagementConfig", "lambda:GetFunctionConfiguration", "lambda:ListTags"],
    ],
    update: [
      ...["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:TagResource", "lambda:UntagResource"],
      ...["lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"],
    ],
    remove: ["lambda:DeleteFunction"],
  },
  "AWS::Lambda::EventInvokeConfig": {
    target: on("lambda", functionOf),
    create: ["lambda:PutFunctionEventInvokeConfig"],
    read: ["lambda:GetFunctionEventInvokeConfig"],
    update: ["lambda:PutFunctionEventInvokeConfig", "lambda:UpdateFunctionEventInvokeConfig"],
    remove: ["lambda:DeleteFunctionEventInvokeConfig"],
  },
  "AWS::Lambda::Permission": {
    target: on("lambda", functionOf),
    create: ["lambda:AddPermission"],
    read: ["lambda:GetPolicy"],
    update: ["lambda:RemovePermission", "lambda:AddPermission"],
    remove: ["lambda:RemovePermission"],
  },
  "AWS::Events::Rule": {
    target: on("events", ({ id }) => `rule/${generated(id)}`),
    create: ["events:PutRule", "events:PutTargets", "events:TagResource"],
    read: ["events:DescribeRule", "events:ListTargetsByRule"],
    update: ["events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:EnableRule", "events:DisableRule"],
    remove: ["events:RemoveTargets", "events:DeleteRule"],
  },
  "AWS::ApiGatewayV2::Api": {
    target: ofApi(""),
    create: [],
    also: ({ resource }) => [
      { action: "apigateway:POST", resource: API, context: tagged("Request", resource.Properties) },
      { action: "apigateway:TagResource", resource: API, context: tagged("Request", resource.Properties) },
      {
        action: "iam:CreateServiceLinkedRole",
        resource: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
        context: { "iam:AWSServiceName": "ops.apigateway.amazonaws.com" },
      },
    ],
    read: ["apigateway:GET"],
    update: ["apigateway:PATCH", "apigateway:PUT"],
    remove: ["apigateway:DELETE"],
  },
  "AWS::ApiGatewayV2::Stage": {
    target: ofApi("/stages/$default"),
    create: [],
    also: (named) => [
      { action: "apigateway:POST", resource: `${API}/a1b2c3/stages`, context: ofApi("")(named).context },
      { action: "apigateway:TagResource", resource: `${API}/a1b2c3/stages`, context: ofApi("")(named).context },
      // An administrator creates the policy that lets log delivery write (docs/deploy.md).
      ...["Create", "Get", "Update", "List"].map((verb) => ({
        action: `logs:${verb}LogDeliver${verb === "List" ? "ies" : "y"}`,
        resource: "*",
      })),
      { action: "logs:DescribeResourcePolicies", resource: "*" },
    ],
    read: ["apigateway:GET"],
    update: ["apigateway:PATCH"],
    remove: ["apigateway:DELETE"],
  },
  ...child("Integration", "integrations"),
  ...child("Route", "routes"),
  "AWS::DynamoDB::Table": {
    target: on("dynamodb", (named) => `table/${text(named, "TableName")}`),
    create: ["dynamodb:CreateTable", "dynamodb:UpdateTimeToLive", "dynamodb:UpdateContinuousBackups", "dynamodb:TagResource"],
    read: [
      ...["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive"],
      ...["dynamodb:DescribeContributorInsights", "dynamodb:DescribeKinesisStreamingDestination"],
      ...["dynamodb:ListTagsOfResource", "dynamodb:GetResourcePolicy"],
    ],
    update: ["dynamodb:UpdateTimeToLive", "dynamodb:UpdateContinuousBackups", "dynamodb:TagResource", "dynamodb:UntagResource"],
    remove: [], // it is retained
  },
  "AWS::IAM::Role": {
    target: ({ id, resource, tree }) => ({
      arn: roleArn(id),
      context: resource.Properties.PermissionsBoundary
        ? { "iam:PermissionsBoundary": evaluate(tree.resources, resource.Properties.PermissionsBoundary) }
        : {},
    }),
    create: ["iam:CreateRole", "iam:PutRolePolicy", "iam:TagRole"],
    read: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
    update: ["iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:TagRole", "iam:UntagRole"],
    remove: ["iam:DeleteRolePolicy", "iam:DeleteRole"],
  },
  "AWS::SQS::Queue": {
    target: on("sqs", (named) => text(named, "QueueName")),
    create: ["sqs:CreateQueue", "sqs:TagQueue"],
    read: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    update: ["sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
    remove: ["sqs:DeleteQueue"],
  },
  "AWS::SQS::QueuePolicy": {
    target: on("sqs", ({ tree }) => String(tree.resources.TickDeadLetters?.Properties.QueueName)),
    create: ["sqs:SetQueueAttributes"],
    read: ["sqs:GetQueueAttributes"],
    update: ["sqs:SetQueueAttributes"],
    remove: ["sqs:SetQueueAttributes"],
  },
  "AWS::SNS::Topic": {
    target: on("sns", (named) => text(named, "TopicName")),
    create: ["sns:CreateTopic", "sns:TagResource"],
    read: ["sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:ListSubscriptionsByTopic", "sns:GetDataProtectionPolicy"],
    update: ["sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"],
    remove: ["sns:DeleteTopic"],
  },
  "AWS::SNS::Subscription": {
    target: on("sns", ({ tree }) => String(tree.resources.AlarmsTopic?.Properties.TopicName)),
    create: ["sns:Subscribe"],
    read: ["sns:GetSubscriptionAttributes"],
    update: ["sns:SetSubscriptionAttributes"],
    remove: ["sns:Unsubscribe"],
  },
  "AWS::SNS::TopicPolicy": {
    target: on("sns", ({ tree }) => String(tree.resources.AlarmsTopic?.Properties.TopicName)),
    create: ["sns:SetTopicAttributes"],
    read: ["sns:GetTopicAttributes"],
    update: ["sns:SetTopicAttributes"],
    remove: ["sns:SetTopicAttributes"],
  },
  "AWS::CloudWatch::Alarm": {
    target: (named) => ({
      arn: arn("cloudwatch", `alarm:${text(named, "AlarmName")}`),
      context: { "cloudwatch:AlarmActions": [arn("sns", String(named.tree.resources.AlarmsTopic?.Properties.TopicName))] },
    }),
    create: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
    also: () => [{ action: "cloudwatch:DescribeAlarms", resource: "*" }],
    read: ["cloudwatch:ListTagsForResource"],
    update: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
    remove: ["cloudwatch:DeleteAlarms"],
  },
  "AWS::CloudWatch::Dashboard": {
    target: (named) => ({ arn: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${text(named, "DashboardName")}` }),
    create: ["cloudwatch:PutDashboard"],
    read: ["cloudwatch:GetDashboard"],
    update: ["cloudwatch:PutDashboard"],
    remove: ["cloudwatch:DeleteDashboards"],
  },
};

function child(name: string, path: string): Record<string, Handlers> {
  const handlers: Handlers = {
    target: ofApi(`/${path}/d4e5f6`),
    create: [],
    also: (named) => [{ action: "apigateway:POST", resource: `${API}/a1b2c3/${path}`, context: ofApi("")(named).context }],
    read: ["apigateway:GET"],
    update: ["apigateway:PATCH"],
    remove: ["apigateway:DELETE"],
  };
  return { [`AWS::ApiGatewayV2::${name}`]: handlers };
}

/** Throws for a resource type that is not listed here. */
export function stackCalls(tree: PackagedTree): Call[] {
  return Object.entries(tree.resources).flatMap(([id, resource]) => {
    const handlers = HANDLERS[resource.Type];
    if (!handlers) throw new Error(`test/house/deployment-calls.ts does not know which calls ${resource.Type} (${id}) needs`);
    const { target, create, also, read, update, remove } = handlers;
    const named = { id, resource, tree };
    const { arn, context = {} } = target(named);
    const actions = [...create, ...read, ...update, ...remove];
    return [...actions.map((action) => ({ action, resource: arn, context })), ...(also?.(named) ?? [])];
  });
}

const STACK_ARN = arn("cloudformation", `stack/${STACK}/00000000-0000-0000-0000-000000000000`);
const call = (action: string, resource: string): Call => ({ action, resource });

/** Calls of osls itself: deploy (first, later, unchanged), list, logs, rollback and remove. */
export const OSLS_CALLS: Call[] = [
  ...[
    ...[
      "CreateStack",
      "UpdateStack",
      "CreateChangeSet",
      "DescribeChangeSet",
      "ExecuteChangeSet",
      "DeleteChangeSet",
      "DeleteStack",
    ],
    ...["DescribeStacks", "DescribeStackEvents", "DescribeStackResource", "DescribeStackResources", "ListStackResources"],
    "GetTemplate",
  ].map((name) => call(`cloudformation:${name}`, STACK_ARN)),
  ...["ValidateTemplate", "ListExports"].map((name) => call(`cloudformation:${name}`, "*")),
  ...["s3:ListBucket", "s3:ListBucketVersions"].map((action) => call(action, BUCKET)),
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"].map((action) =>
    call(action, `${BUCKET}/serverless/sfs-jobwatch/dev/1/compiled-cloudformation-template.json`),
  ),
  call("lambda:GetFunction", arn("lambda", "function:sfs-jobwatch-dev-api")),
  ...["logs:DescribeSubscriptionFilters", "logs:DescribeLogStreams", "logs:FilterLogEvents"].map((action) =>
    call(action, arn("logs", "log-group:/aws/lambda/sfs-jobwatch-dev-poll:*")),
  ),
];
