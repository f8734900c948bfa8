import { expect, it } from "vitest";
import { judge } from "./findings.ts";

const finding = (rule: string, resource: string) => ({ rule, resource, description: "" });
const answer = (rule: string, resource: string, reason = "because") => ({ rule, resource, reason });

it("requires that rule and resource of a finding are acknowledged with a reason", () => {
  const findings = [finding("S1", "Bucket"), finding("S1", "Other"), finding("S2", "Bucket"), finding("S3", "Bucket")];
  const { answered, unanswered } = judge(findings, [answer("S1", "Bucket"), answer("S3", "Bucket", " ")]);
  expect(answered).toEqual([finding("S1", "Bucket")]);
  expect(unanswered).toHaveLength(3);
});

it("acknowledges all resources with a prefix if an acknowledgement ends in an asterisk", () => {
  const findings = [finding("APIG4", "RouteGetJobs"), finding("APIG4", "RoutePostJobs"), finding("APIG4", "Stage")];
  expect(judge(findings, [answer("APIG4", "Route*")]).unanswered).toEqual([finding("APIG4", "Stage")]);
});

it("reports an acknowledgement without a finding as idle", () => {
  const { idle } = judge([finding("S1", "Bucket")], [answer("S1", "Bucket"), answer("S1", "Gone"), answer("S2", "Bucket")]);
  expect(idle).toEqual([answer("S1", "Gone"), answer("S2", "Bucket")]);
});
