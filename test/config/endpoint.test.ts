import { expect, it } from "vitest";
import { readConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config-error.ts";
import { PROJECT } from "../jobs.ts";

const ENOUGH = {
  TABLE_NAME: "jobs",
  OS_PROJECT_ID: PROJECT,
  OS_TOKEN: "token",
  SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0AB/B0CD/hook",
};

function problemOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "none";
}

it.each([
  "http://iam.eu-de.otc.t-systems.com/v3/canary",
  "https://canary@iam.eu-de.otc.t-systems.com/v3",
  "https://:canary@iam.eu-de.otc.t-systems.com/v3",
  "https://iam.eu-de.otc.t-systems.com@canary.example/v3",
  "https://iam.eu-de.otc.t-systems.com.canary.example/v3",
  "https://canary-otc.t-systems.com/v3",
  "https://iam.eu-de.canaryotc.t-systems.com/v3",
  "https://iam.eu-de.otc.t-systems.com./v3/canary",
  "https://iam.eu-de.otc.t-systems.com:8443/v3/canary",
  "https://iam.eu-de.otc.t-systems.com/v3?canary",
  "https://iam.eu-de.otc.t-systems.com/v3#canary",
  "https://iam.eu-de.otc.t-systems.com/%2e%2e%2fcanary",
  "https://iam.obs.eu-de.otc.t-systems.com/canary",
  "https://iam.obs.myhuaweicloud.com/canary",
  "https://canary.eu-de.otc.t-systems.com",
  "https://sfs-turbo.eu-de.otc.t-systems.com/canary",
  "https://otc.t-systems.com/canary",
  "https://iam.eu-de.myhuaweicloud.com.cn/canary",
  "https://iam.eu-de.otc.t-ѕystems.com/canary",
  "https://80.158.0.1/canary",
  "https://[::ffff:127.0.0.1]/canary",
  "https://2130706433/canary",
  "https://localhost/canary",
  "https://127.0.0.1/canary",
  "https://canary.invalid",
  "//iam.eu-de.otc.t-systems.com/canary",
  "data:text/plain,canary",
])("does not send credentials to %s", (url) => {
  const problem = problemOf({ ...ENOUGH, OS_AUTH_URL: url });
  expect(problem).toMatch(/^the configuration has 1 problem: OS_AUTH_URL must be an https URL like https:\/\/iam/);
  expect(problem).not.toContain("canary");
});

it.each([
  "https://iam.eu-de.otc.t-systems.com/canary",
  "https://sfs-turbo.obs.eu-de.otc.t-systems.com/canary",
  "https://sfs-turbo.canary.example",
  "https://xsfs-turbo.eu-de.otc.t-systems.com/canary",
  "https://sfs-turbo.eu-de.canary.myhuaweicloud.com",
  "http://sfs-turbo.eu-de.otc.t-systems.com",
])("does not send tokens and signatures to %s", (url) => {
  const problem = problemOf({ ...ENOUGH, SFS_TURBO_ENDPOINT: url });
  expect(problem).toMatch(/^the configuration has 1 problem: SFS_TURBO_ENDPOINT must be an https URL like/);
  expect(problem).not.toContain("canary");
});

it.each([
  { given: "https://iam.eu-nl.otc.t-systems.com/v3/" },
  { given: "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3" },
  { given: "https://iam.myhuaweicloud.com/v3" },
  { given: "https://iam.cn-north-4.myhuaweicloud.com:443/v3" },
  { given: "HTTPS://IAM.eu-west-101.myhuaweicloud.eu/v3" },
  { given: "https://iam。eu-de．otc.t-systems.com/v3" },
])("accepts the identity service $given, in its canonical form", ({ given }) => {
  const { authUrl } = readConfig({ ...ENOUGH, OS_AUTH_URL: given }).cloud;
  expect(authUrl).toMatch(/^https:\/\/[a-z0-9.-]+(otc\.t-systems\.com|myhuaweicloud\.com|myhuaweicloud\.eu)\/v3$/);
});

it.each(["eu-de.otc.t-systems.com", "cn-north-4.myhuaweicloud.com", "eu-west-101.myhuaweicloud.eu"])(
  "accepts the job API sfs-turbo.%s",
  (host) => {
    const endpoint = `https://sfs-turbo.${host}`;
    expect(readConfig({ ...ENOUGH, SFS_TURBO_ENDPOINT: endpoint }).cloud.endpoint).toBe(endpoint);
  },
);

it("accepts plain http on loopback only in the local stage", () => {
  const set = { SFS_TURBO_ENDPOINT: "http://127.0.0.1:8001" };
  expect(readConfig({ ...ENOUGH, ...set, STAGE: "local" }).cloud.endpoint).toBe("http://127.0.0.1:8001");
  for (const STAGE of ["", "dev", "prod", "Local"])
    expect(problemOf({ ...ENOUGH, ...set, STAGE })).toContain("SFS_TURBO_ENDPOINT");
  for (const host of ["10.0.0.1", "127.0.0.1.example", "localhost", "[::1]", "x.invalid"])
    expect(problemOf({ ...ENOUGH, STAGE: "local", SFS_TURBO_ENDPOINT: `http://${host}` })).toContain("SFS_TURBO_ENDPOINT");
});

it("derives the endpoints of other services from the region and cloud of SFS Turbo", () => {
  const { services } = readConfig({ ...ENOUGH, SFS_TURBO_ENDPOINT: "https://sfs-turbo.cn-north-4.myhuaweicloud.com" }).cloud;
  expect(services).toMatchObject({
    ecs: "https://ecs.cn-north-4.myhuaweicloud.com",
    cbr: "https://cbr.cn-north-4.myhuaweicloud.com",
  });
  expect(Object.keys(services)).toHaveLength(9);
  const given = JSON.stringify({ rds: "https://rds.eu-ch2.sc.otc.t-systems.com/" });
  expect(readConfig({ ...ENOUGH, SERVICE_ENDPOINTS: given }).cloud.services).toMatchObject({
    rds: "https://rds.eu-ch2.sc.otc.t-systems.com",
    ecs: "https://ecs.eu-de.otc.t-systems.com",
  });
});

it("knows no other service if SFS Turbo is on loopback and no endpoint is set", () => {
  const set = { STAGE: "local", SFS_TURBO_ENDPOINT: "http://127.0.0.1:8001" };
  expect(readConfig({ ...ENOUGH, ...set }).cloud.services).toEqual({});
});

it.each([
  { name: "another service's host", given: { ecs: "https://evs.eu-de.otc.t-systems.com/canary" } },
  { name: "a bucket", given: { ecs: "https://ecs.obs.eu-de.otc.t-systems.com/canary" } },
  { name: "a host outside the clouds", given: { ecs: "https://ecs.eu-de.canary.example" } },
  { name: "plain http", given: { ecs: "http://ecs.eu-de.otc.t-systems.com/canary" } },
  { name: "loopback", given: { ecs: "http://127.0.0.1:8001/canary" } },
  { name: "a value that is not a text", given: { ecs: { canary: 1 } } },
  { name: "an unknown service", given: { canary: "https://canary.eu-de.otc.t-systems.com" } },
])("sends no token to $name in SERVICE_ENDPOINTS", ({ given }) => {
  const problem = problemOf({ ...ENOUGH, SERVICE_ENDPOINTS: JSON.stringify(given) });
  expect(problem).toMatch(/^the configuration has 1 problem: SERVICE_ENDPOINTS /);
  expect(problem).not.toContain("canary");
});
