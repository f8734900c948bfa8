import { describe, expect, it, test } from "vitest";
import { arn } from "./grants.ts";
import { type Call, isAllowed, type Policy } from "./iam.ts";
import { ACCOUNT, boundary, deployer, deployerMay, EVERYTHING, limits } from "./policies.ts";

// template.test.ts tries every call of a deployment, grants.test.ts every call of the functions against the boundary.

type Attack = [action: string, resource: string, context?: Call["context"]];

describe("the deployer", () => {
  const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const FUNCTION_ROLE = role("sfs-jobwatch-dev-ApiRole-1X2Y3Z4A5B6C");
  const OWN = role("deploy-sfs-jobwatch-from-github");
  const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/sfs-jobwatch-functions-boundary`;
  const KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555");
  const apis = (path: string) => `arn:aws:apigateway:eu-central-1::/apis${path}`;
  const OURS = { "aws:RequestTag/service": "sfs-jobwatch" };
  const within = (policy: string) => ({ "iam:PermissionsBoundary": policy });
  const to = (service: string) => ({ "iam:PassedToService": service });

  const attacks: Record<string, Attack[]> = {
    "creates a role without the boundary": [
      ["iam:CreateRole", FUNCTION_ROLE],
      ["iam:CreateRole", FUNCTION_ROLE, within("arn:aws:iam::aws:policy/AdministratorAccess")],
      ["iam:CreateRole", FUNCTION_ROLE, within("arn:aws:iam::999999999999:policy/sfs-jobwatch-functions-boundary")],
      ["iam:CreateRole", role("sfs-jobwatch-x"), within(BOUNDARY)],
      ["iam:PutRolePolicy", FUNCTION_ROLE],
      ["iam:AttachRolePolicy", FUNCTION_ROLE, within(BOUNDARY)],
    ],
    "removes the boundary from a role, or changes it": [
      ["iam:DeleteRolePermissionsBoundary", FUNCTION_ROLE, within(BOUNDARY)],
      ["iam:PutRolePermissionsBoundary", FUNCTION_ROLE, within("arn:aws:iam::aws:policy/AdministratorAccess")],
      ["iam:PutRolePermissionsBoundary", OWN, within(BOUNDARY)],
      ["iam:CreatePolicyVersion", BOUNDARY],
      ["iam:SetDefaultPolicyVersion", BOUNDARY],
      ["iam:DeletePolicyVersion", BOUNDARY],
      ["iam:DeletePolicy", BOUNDARY],
      ["iam:CreatePolicy", `arn:aws:iam::${ACCOUNT}:policy/sfs-jobwatch-x`],
    ],
    "gives itself more permissions": [
      ["iam:PutRolePolicy", OWN],
      ["iam:PutRolePolicy", OWN, within(BOUNDARY)],
      ["iam:PutRolePolicy", role("sfs-jobwatch-deploy-from-github"), within(BOUNDARY)],
      ["iam:AttachRolePolicy", OWN],
      ["iam:DetachRolePolicy", OWN],
      ["iam:DeleteRolePolicy", OWN],
      ["iam:DeleteRole", OWN],
      ["iam:TagRole", OWN],
      ["iam:UpdateRole", OWN],
      ["iam:UpdateAssumeRolePolicy", OWN],
      ["iam:UpdateAssumeRolePolicy", FUNCTION_ROLE],
      ["iam:PutUserPolicy", `arn:aws:iam::${ACCOUNT}:user/deploy-sfs-jobwatch`],
      ["iam:AttachUserPolicy", `arn:aws:iam::${ACCOUNT}:user/deploy-sfs-jobwatch`],
      ["iam:DetachUserPolicy", `arn:aws:iam::${ACCOUNT}:user/deploy-sfs-jobwatch`],
      ["iam:CreateAccessKey", `arn:aws:iam::${ACCOUNT}:user/deploy-sfs-jobwatch`],
      ["iam:CreateUser", `arn:aws:iam::${ACCOUNT}:user/sfs-jobwatch-x`],
      ["iam:AddUserToGroup", `arn:aws:iam::${ACCOUNT}:group/administrators`],
      [
        "iam:UpdateOpenIDConnectProviderThumbprint",
        `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
      ],
    ],
    "uses another role": [
      ["iam:PassRole", role("administrator"), to("lambda.amazonaws.com")],
      ["iam:PassRole", OWN, to("lambda.amazonaws.com")],
      ["iam:PassRole", FUNCTION_ROLE, to("cloudformation.amazonaws.com")],
      ["iam:PassRole", FUNCTION_ROLE, to("ec2.amazonaws.com")],
      ["iam:PassRole", FUNCTION_ROLE],
      ["sts:AssumeRole", role("administrator")],
      ["sts:AssumeRole", FUNCTION_ROLE],
      [
        "iam:CreateServiceLinkedRole",
        role("aws-service-role/ec2.amazonaws.com/x"),
        { "iam:AWSServiceName": "ec2.amazonaws.com" },
      ],
    ],
    "uses a foreign key": [
      ["kms:TagResource", KEY, OURS],
      ["kms:PutKeyPolicy", KEY, { "aws:ResourceTag/service": "sfs-jobwatch" }],
      ["kms:ScheduleKeyDeletion", KEY, { "aws:ResourceTag/service": "sfs-jobwatch" }],
      ["kms:DisableKey", KEY, { "aws:ResourceTag/service": "sfs-jobwatch" }],
      ["kms:CreateGrant", KEY],
      ["kms:Decrypt", KEY],
      ["kms:UpdateAlias", arn("kms", "alias/sfs-jobwatch-alarms")],
    ],
    "accesses a foreign HTTP API": [
      ...["DELETE", "PATCH", "PUT", "POST", "GET"].flatMap((verb): Attack[] => [
        [`apigateway:${verb}`, apis("/f0re1gn")],
        [`apigateway:${verb}`, apis("/f0re1gn/routes/r1"), { "aws:ResourceTag/service": "billing" }],
        [`apigateway:${verb}`, apis("/f0re1gn/stages"), OURS],
      ]),
      ["apigateway:TagResource", apis("/f0re1gn"), OURS],
      ["apigateway:POST", `arn:aws:apigateway:eu-central-1::/tags/${encodeURIComponent(apis("/f0re1gn"))}`, OURS],
      ["apigateway:PUT", `arn:aws:apigateway:eu-central-1::/tags/${encodeURIComponent(apis("/f0re1gn"))}`, OURS],
      ["apigateway:POST", apis("")],
      ["apigateway:DELETE", "arn:aws:apigateway:eu-central-1::/restapis/r1"],
      ["apigateway:PATCH", "arn:aws:apigateway:eu-central-1::/account"],
    ],
    "accesses foreign data and code": [
      ["s3:GetObject", "arn:aws:s3:::billing/invoices.csv"],
      ["s3:PutBucketPolicy", "arn:aws:s3:::billing"],
      ["s3:DeleteBucket", "arn:aws:s3:::billing"],
      ["lambda:AddPermission", arn("lambda", "function:billing")],
      ["lambda:UpdateFunctionCode", arn("lambda", "function:billing")],
      ["lambda:UpdateFunctionConfiguration", arn("lambda", "function:billing")],
      ["lambda:InvokeFunction", arn("lambda", "function:sfs-jobwatch-dev-poll")],
      ["lambda:CreateFunctionUrlConfig", arn("lambda", "function:sfs-jobwatch-dev-api")],
      ["dynamodb:Scan", arn("dynamodb", "table/billing")],
      ["ssm:GetParameter", arn("ssm", "parameter/billing/password")],
      ["ssm:GetParameter", arn("ssm", "parameter/sfs-jobwatch/dev")],
      ["ssm:PutParameter", arn("ssm", "parameter/sfs-jobwatch/dev")],
      ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:billing")],
      ["logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/billing:*")],
      ["logs:FilterLogEvents", arn("logs", "log-group:/aws/lambda/billing:*")],
      ["logs:PutRetentionPolicy", arn("logs", "log-group:/aws/lambda/billing:*")],
      ["logs:PutSubscriptionFilter", arn("logs", "log-group:/aws/lambda/sfs-jobwatch-dev-api:*")],
      ["logs:PutResourcePolicy", "*"],
      ["logs:DeleteResourcePolicy", "*"],
      ["sns:Publish", arn("sns", "billing")],
      ["sns:DeleteTopic", arn("sns", "billing")],
      ["sqs:DeleteQueue", arn("sqs", "billing")],
      ["events:PutTargets", arn("events", "rule/billing")],
      ["events:DeleteRule", arn("events", "rule/billing")],
    ],
    "changes foreign stacks, or imports foreign resources into its own": [
      ["cloudformation:UpdateStack", arn("cloudformation", "stack/billing/1")],
      ["cloudformation:DeleteStack", arn("cloudformation", "stack/billing/1")],
      ["cloudformation:CreateChangeSet", arn("cloudformation", "stack/billing/1")],
      [
        "cloudformation:CreateChangeSet",
        arn("cloudformation", "stack/sfs-jobwatch-dev/1"),
        { "cloudformation:ImportResourceTypes": ["AWS::ApiGatewayV2::Api"] },
      ],
      ["cloudformation:SetStackPolicy", arn("cloudformation", "stack/billing/1")],
    ],
    "stops machines through an alarm": [
      [
        "cloudwatch:PutMetricAlarm",
        arn("cloudwatch", "alarm:sfs-jobwatch-dev-x"),
        { "cloudwatch:AlarmActions": [arn("sns", "sfs-jobwatch-dev-alarms"), "arn:aws:automate:eu-central-1:ec2:terminate"] },
      ],
      ["cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:billing"), { "cloudwatch:AlarmActions": [] }],
      ["cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:billing")],
    ],
    "deletes or reads the table": [
      ["dynamodb:DeleteTable", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:UpdateTable", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:PutResourcePolicy", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:Scan", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:GetItem", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:PutItem", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:ExportTableToPointInTime", arn("dynamodb", "table/sfs-jobwatch-prod")],
      ["dynamodb:RestoreTableToPointInTime", arn("dynamodb", "table/sfs-jobwatch-prod")],
    ],
  };

  it.each(Object.entries(attacks))("is denied when it %s", (_, calls) => {
    const granted = calls.filter(([action, resource, context = {}]) => deployerMay({ action, resource, context }));
    expect(granted).toEqual([]);
  });

  it("is denied by the limits even if another policy grants everything", () => {
    const still = ([action, resource, context = {}]: Attack) => deployerMay({ action, resource, context }, EVERYTHING);
    for (const name of [
      "creates a role without the boundary",
      "removes the boundary from a role, or changes it",
      "gives itself more permissions",
    ])
      expect(attacks[name]?.filter(still)).toEqual([]);
  });
});

describe("the boundary", () => {
  it.each([
    ["iam:CreateUser", "*"],
    ["sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/administrator`],
    ["dynamodb:Scan", arn("dynamodb", "table/billing")],
    ["dynamodb:DeleteTable", arn("dynamodb", "table/sfs-jobwatch-prod")],
    ["ssm:GetParameter", arn("ssm", "parameter/billing/password")],
    ["ssm:PutParameter", arn("ssm", "parameter/sfs-jobwatch/prod")],
    ["kms:Decrypt", arn("kms", "key/1")],
    ["lambda:UpdateFunctionCode", arn("lambda", "function:sfs-jobwatch-prod-api")],
    ["lambda:InvokeFunction", arn("lambda", "function:billing")],
    ["events:PutEvents", arn("events", "event-bus/default")],
    ["s3:GetObject", "arn:aws:s3:::billing/invoices.csv"],
  ])("denies %s to the functions, even if their role grants it", (action, resource) => {
    expect(isAllowed({ policies: [EVERYTHING], boundary }, { action, resource })).toBe(false);
  });

  it("lets the functions decrypt secrets under a key of your own, and nothing else", () => {
    const decrypt = (parameter: string, service = "ssm.eu-central-1.amazonaws.com") => ({
      action: "kms:Decrypt",
      resource: arn("kms", "key/1"),
      context: { "kms:ViaService": service, "kms:EncryptionContext:PARAMETER_ARN": arn("ssm", `parameter/${parameter}`) },
    });
    const isOpen = (call: Call) => isAllowed({ policies: [boundary] }, call);
    expect(isOpen(decrypt("sfs-jobwatch/prod"))).toBe(true);
    expect(isOpen(decrypt("billing/password"))).toBe(false);
    expect(isOpen(decrypt("sfs-jobwatch/prod", "s3.eu-central-1.amazonaws.com"))).toBe(false);
  });
});

test.each(Object.entries({ deployer, limits, boundary }))("the policy %s fits a managed policy", (_, policy) => {
  // AWS does not count whitespace.
  expect(JSON.stringify(policy).replaceAll(/\s/g, "").length).toBeLessThanOrEqual(6_144);
});

describe("the evaluator", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
  const OF_ACCOUNT = "arn:aws:s3:::${aws:PrincipalAccount}";
  const defaults = (statement: object) => ({
    Effect: "Allow",
    ...(!("NotAction" in statement) && { Action: "s3:Get*" }),
    ...(!("NotResource" in statement) && { Resource: "*" }),
  });
  const policy = (...statements: object[]): Policy => ({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ ...defaults(one), ...one })),
  });
  const get = (context: Call["context"] = {}, resource = "arn:aws:s3:::a") => ({ action: "s3:GetObject", resource, context });
  const is = (statement: object, call: Call) => isAllowed({ policies: [policy(statement)] }, call);

  it("denies by default, and an explicit Deny wins", () => {
    expect(isAllowed({ policies: [policy({})] }, get())).toBe(true);
    expect(isAllowed({ policies: [policy({ Action: "s3:Put*" })] }, get())).toBe(false);
    expect(isAllowed({ policies: [policy({}, { Effect: "Deny" })] }, get())).toBe(false);
    expect(isAllowed({ policies: [policy({}), policy({ Effect: "Deny" })] }, get())).toBe(false);
  });

  it("intersects with the boundary", () => {
    expect(isAllowed({ policies: [policy({})], boundary: policy({}) }, get())).toBe(true);
    expect(isAllowed({ policies: [policy({})], boundary: policy({ Action: "s3:Put*" }) }, get())).toBe(false);
    expect(isAllowed({ policies: [policy({ Action: "s3:Put*" })], boundary: policy({}) }, get())).toBe(false);
    expect(isAllowed({ policies: [policy({})], boundary: policy({}, { Effect: "Deny" }) }, get())).toBe(false);
  });

  it.each([
    [{ Action: "S3:getobject" }, get(), true],
    [{ Action: "s3:GetObjec?" }, get(), true],
    [{ Action: "s3:GetObjectA" }, get(), false],
    [{ NotAction: "s3:*" }, get(), false],
    [{ NotAction: ["iam:*", "s3:Put*"] }, get(), true],
    [{ Resource: "arn:aws:s3:::A" }, get(), false],
    [{ NotResource: ["arn:aws:s3:::b*"] }, get(), true],
    [{ NotResource: ["arn:aws:s3:::a*"] }, get(), false],
    [{ Resource: OF_ACCOUNT }, get({ "aws:PrincipalAccount": "1" }, "arn:aws:s3:::1"), true],
    [{ Resource: OF_ACCOUNT }, get({}, "arn:aws:s3:::1"), false],
    [{ Condition: { StringEquals: { "a:b": ["1", "2"] } } }, get({ "A:B": "2" }), true],
    [{ Condition: { StringEquals: { "a:b": "1*" } } }, get({ "a:b": "12" }), false],
    [{ Condition: { StringEquals: { "a:b": "1" } } }, get(), false],
    [{ Condition: { StringEquals: { "a:b": "1", "a:c": "1" } } }, get({ "a:b": "1" }), false],
    [{ Condition: { StringNotEquals: { "a:b": "1" } } }, get(), true],
    [{ Condition: { StringNotEquals: { "a:b": ["1", "2"] } } }, get({ "a:b": "2" }), false],
    [{ Condition: { StringLike: { "a:b": "1*" } } }, get({ "a:b": "12" }), true],
    [{ Condition: { "ForAllValues:StringLike": { "a:b": "1*" } } }, get({ "a:b": ["12", "2"] }), false],
    [{ Condition: { "ForAllValues:StringLike": { "a:b": "1*" } } }, get({ "a:b": [] }), true],
    [{ Condition: { "ForAnyValue:StringLike": { "a:b": "1*" } } }, get({ "a:b": ["12", "2"] }), true],
    [{ Condition: { Null: { "a:b": "true" } } }, get(), true],
    [{ Condition: { Null: { "a:b": "false" } } }, get(), false],
  ] as [object, Call, boolean][])("evaluates %j", (statement, call, expected) => {
    expect(is(statement, call)).toBe(expected);
  });

  it("throws for operators and elements that it does not know", () => {
    expect(() => is({ Condition: { NumericLessThan: { "a:b": "1" } } }, get({ "a:b": "0" }))).toThrow(/NumericLessThan/);
    expect(() => is({ Principal: "*" }, get())).toThrow(/Principal/);
  });
});
