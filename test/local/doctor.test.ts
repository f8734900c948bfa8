import { expect, onTestFinished, test } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { serverForTest } from "../http-server.ts";
import { PROJECT } from "../jobs.ts";
import { cloudForTest, doctor, settingsFor, slack, startParts, table, withAccessKey } from "./run-doctor.ts";

startParts();

test("if all is well, every check is ok, nothing is sent to Slack, and it exits with 0", async () => {
  const cloud = await cloudForTest();
  cloud.shares.create({ projectId: PROJECT });
  const { code, out, checks } = await doctor(settingsFor(cloud));
  expect(out).not.toContain("failed");
  expect(code).toBe(0);
  expect(checks["sign-in"]?.text).toMatch(
    /^jobwatch \(OTC-EU-DE-\d+\), project [0-9a-f]{32}, region eu-de, token valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
  );
  expect(checks.clock).toEqual({ outcome: "ok", text: expect.stringMatching(/^[01] s off the cloud's clock$/) });
  expect(checks["sfsturbo:shares:getJob"]).toEqual({ outcome: "ok", text: expect.stringContaining("SFS.TURBO.0019") });
  expect(checks["sfsturbo:shares:getAllShares"]).toEqual({ outcome: "ok", text: "shares in the list: 1" });
  expect(checks["sfsturbo:shares:getShare"]).toEqual({ outcome: "ok", text: "the first share can be read" });
  expect(checks["cbr:tasks:list"]).toEqual({ outcome: "ok", text: "new operations in the list: 0" });
  expect(checks["keys and indexes"]).toEqual({ outcome: "ok", text: `${table.name} is as infra/table.yml says` });
  expect(checks["read and write"]?.outcome).toBe("ok");
  expect(checks.default).toEqual({ outcome: "ok", text: "Slack accepts the webhook; nothing was sent" });
  expect(slack.messages).toEqual([]);
});

test("a wrong password is tried once, and the checks that need it are skipped", async () => {
  const cloud = await cloudForTest();
  const relay = await serverForTest(async ({ method, url, body }, response) => {
    const answer = await fetch(`${cloud.url}${url}`, { method, ...(body && { body }) });
    response.writeHead(answer.status).end(await answer.text());
  });
  const settings = { ...settingsFor(cloud), OS_AUTH_URL: `${relay.url}/v3`, OS_PASSWORD: "wrong horse" };
  const { code, checks } = await doctor(settings);
  expect(code).toBe(1);
  expect(checks["sign-in"]).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^401 from the identity service: The username or password is wrong\. -> Check .*OS_PASSWORD/),
  });
  expect(checks.rights).toEqual({ outcome: "skipped", text: "not signed in" });
  expect(relay.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("a missing right is named with the project in which to grant it", async () => {
  const cloud = await cloudForTest();
  cloud.answer("*", () => json(403, { error_code: "APIGW.0305", error_msg: "The user has no permission." }));
  const { code, checks } = await doctor(settingsFor(cloud));
  expect(code).toBe(1);
  expect(checks["sfsturbo:shares:getJob"]).toEqual({
    outcome: "failed",
    text: `APIGW.0305 The user has no permission. -> Grant sfsturbo:shares:getJob to the cloud user in project ${PROJECT} (docs/deploy.md, step 2).`,
  });
  expect(checks["sfsturbo:shares:getShare"]?.outcome).toBe("ok");
});

test("without the right to list shares it fails; without that of backups it warns", async () => {
  const cloud = await cloudForTest();
  cloud.lists.fail("sfs-turbo-share", "missing-right");
  cloud.lists.fail("cbr-log", "missing-right");
  const { code, checks } = await doctor(settingsFor(cloud));
  expect(code).toBe(1);
  expect(checks["sfsturbo:shares:getAllShares"]).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^APIGW\.0305 .*-> Grant sfsturbo:shares:getAllShares to the cloud user in project/),
  });
  expect(checks["cbr:tasks:list"]).toEqual({
    outcome: "warning",
    text: expect.stringMatching(/^APIGW\.0305 .*-> Only watches of backups need it. Grant cbr:tasks:list /),
  });
});

test("a host that does not exist or is another API's is reported with the setting to check", async () => {
  const cloud = await cloudForTest();
  const nowhere = await doctor({ ...settingsFor(cloud), SFS_TURBO_ENDPOINT: "https://sfs-turbo.eu-xx.invalid" });
  expect(nowhere.code).toBe(1);
  expect(nowhere.checks["SFS Turbo"]).toEqual({
    outcome: "failed",
    text: expect.stringMatching(
      /^sfs-turbo\.eu-xx\.invalid cannot be reached \(\w+\) -> Check OS_REGION_NAME and SFS_TURBO_ENDPOINT/,
    ),
  });
  expect(nowhere.checks["sign-in"]).toEqual({ outcome: "skipped", text: "a host does not answer" });
  const other = await doctor({ ...settingsFor(cloud), SFS_TURBO_ENDPOINT: `${cloud.url}/other` });
  expect(other.code).toBe(1);
  expect(other.checks["sfsturbo:shares:getJob"]).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^APIGW\.0101 .* -> Check OS_REGION_NAME, SFS_TURBO_ENDPOINT/),
  });
});

test("a clock that is 20 minutes off fails, and so do signatures", async () => {
  const cloud = await cloudForTest({ now: () => Date.now() - 20 * 60_000 });
  const { code, checks } = await doctor(withAccessKey(settingsFor(cloud)));
  expect(code).toBe(1);
  expect(checks.clock).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^this machine's clock is 20 min ahead of the cloud's -> Set the clock/),
  });
  expect(checks["sign-in"]).toEqual({ outcome: "failed", text: expect.stringContaining("more than 15 minutes off") });
});

test("a clock that is 3 minutes off is a warning, with which it exits with 0", async () => {
  const cloud = await cloudForTest({ now: () => Date.now() + 3 * 60_000 });
  const { code, checks } = await doctor(withAccessKey(settingsFor(cloud)));
  expect(checks.clock).toEqual({ outcome: "warning", text: expect.stringContaining("3 min behind the cloud's") });
  expect(checks["sign-in"]).toEqual({ outcome: "ok", text: expect.stringContaining("access key ...WXYZ, project") });
  expect(code).toBe(0);
});

test("a dead webhook is reported without a message, and --send sends through the channels that work", async () => {
  const cloud = await cloudForTest();
  const webhooks = { good: `${slack.url}/services/T0/B0/good`, dead: `${slack.url}/services/T0/B0/dead` };
  const { SLACK_WEBHOOK_URL: _, ...settings } = settingsFor(cloud);
  const env = { ...settings, SLACK_WEBHOOKS: JSON.stringify(webhooks) };
  slack.answer((_n, _p, channel) => (channel === "dead" ? { status: 404, body: "no_service" } : undefined));
  onTestFinished(() => slack.answer(undefined));
  const quiet = await doctor(env);
  expect(quiet.code).toBe(1);
  expect(quiet.checks.good?.outcome).toBe("ok");
  expect(quiet.checks.dead).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^no_service: the webhook was removed or disabled -> Create a new incoming webhook/),
  });
  expect(slack.messages).toEqual([]);
  const sent = await doctor(env, { send: true });
  expect(sent.code).toBe(1);
  expect(sent.checks.good).toEqual({ outcome: "ok", text: "test message sent" });
  expect(slack.messages.map(({ channel, rendered }) => [channel, rendered])).toEqual([
    ["good", expect.stringContaining("est message")],
  ]);
  slack.answer(undefined);
  const again = await doctor(env);
  expect(again.checks.dead).toEqual({ outcome: "failed", text: expect.stringMatching(/^suspended since .* -> .*--send/) });
});
