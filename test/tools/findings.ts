import { toolLoader } from "./install.ts";

export interface Finding {
  rule: string;
  /** Logical id in the template. */
  resource: string;
  description: string;
}

export interface Acknowledgement {
  rule: string;
  /** Logical id. A `*` at the end makes it a prefix. */
  resource: string;
  reason: string;
}

interface Violation {
  ruleName: string;
  description: string;
  violatingResources: { constructPath: string }[];
}

/** Returns the findings of cdk-nag's AwsSolutions and Serverless packs in a CloudFormation template, warnings included. */
export function findingsOf(templateFile: string): Finding[] {
  const load = toolLoader();
  const { App, Stack } = load("aws-cdk-lib");
  const { CfnInclude } = load("aws-cdk-lib/cloudformation-include");
  const { AwsSolutionsChecks, ServerlessChecks } = load("cdk-nag");
  const app = new App();
  new CfnInclude(new Stack(app, "Stack"), "Template", { templateFile });
  const violations: Violation[] = [AwsSolutionsChecks, ServerlessChecks].flatMap(
    (Checks) => new Checks(app).validateScope(app).violations,
  );
  return violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({
      rule: ruleName,
      resource: constructPath.split("/").at(-1) ?? "",
      description,
    })),
  );
}

export interface Verdict {
  answered: Finding[];
  unanswered: Finding[];
  /** Acknowledgements without a finding, or without a reason. */
  idle: Acknowledgement[];
}

export function judge(findings: Finding[], acknowledgements: Acknowledgement[]): Verdict {
  const answers = ({ rule, resource, reason }: Acknowledgement, finding: Finding) =>
    reason.trim() !== "" &&
    rule === finding.rule &&
    (resource.endsWith("*") ? finding.resource.startsWith(resource.slice(0, -1)) : finding.resource === resource);
  const isAnswered = (finding: Finding) => acknowledgements.some((acknowledgement) => answers(acknowledgement, finding));
  return {
    answered: findings.filter(isAnswered),
    unanswered: findings.filter((finding) => !isAnswered(finding)),
    idle: acknowledgements.filter((acknowledgement) => !findings.some((finding) => answers(acknowledgement, finding))),
  };
}
