import { describe, expect, it } from "vitest";
import { createSettingReader } from "../../lib/config/setting-reader.ts";
import { readSlackWebhooks } from "../../lib/config/slack-webhooks.ts";

const GOOD = "https://hooks.slack.com/services/T0AB/B0CD/canarySecret";

function read(webhooks: Record<string, unknown>, local = false) {
  const reader = createSettingReader({ SLACK_WEBHOOKS: JSON.stringify(webhooks) });
  return { webhooks: readSlackWebhooks(reader, local), problems: reader.problems.join("; ") };
}

it.each([GOOD, "https://hooks.slack-gov.com/services/T0AB/B0CD/canarySecret"])("accepts %s unchanged", (url) => {
  expect(read({ ops: url })).toEqual({ webhooks: { ops: url }, problems: "" });
});

it.each([`${GOOD}\n`, `\r\n${GOOD}`, ` ${GOOD}\t`])("ignores blanks and line ends around a webhook: %j", (url) => {
  expect(read({ ops: url })).toEqual({ webhooks: { ops: GOOD }, problems: "" });
});

describe("rejects, without showing it, a webhook with", () => {
  it.each([
    { name: "another host", url: "https://canary.example/services/T1/B1/x" },
    { name: "Slack as a user", url: "https://hooks.slack.com@canary.example/services/T1/B1/x" },
    { name: "a user", url: "https://canary@hooks.slack.com/services/T1/B1/x" },
    { name: "Slack as a subdomain", url: "https://hooks.slack.com.canary.example/services/T1/B1/x" },
    { name: "a dot after the host", url: "https://hooks.slack.com./services/T1/B1/canary" },
    { name: "full-width dots, which a URL parser replaces", url: "https://hooks\uff0eslack\uff0ecom/services/T1/B1/canary" },
    { name: "a similar letter of another script", url: "https://hooks.sl\u0430ck.com/services/T1/B1/canary" },
    { name: "a soft hyphen, which a URL parser drops", url: "https://hooks.sl\u00adack.com/services/T1/B1/canary" },
    { name: "capitals in the host", url: "https://HOOKS.slack.com/services/T1/B1/canary" },
    { name: "the default port", url: "https://hooks.slack.com:443/services/T1/B1/canary" },
    { name: "another port", url: "https://hooks.slack.com:8443/services/T1/B1/canary" },
    { name: "plain http", url: "http://hooks.slack.com/services/T1/B1/canary" },
    { name: "a line break inside, which a URL parser drops", url: "https://hooks.slack.com/ser\nvices/T1/B1/canary" },
    { name: "a tab inside", url: "https://hooks.slack.com/ser\tvices/T1/B1/canary" },
    { name: "backslashes", url: "https:\\\\hooks.slack.com\\services\\T1\\B1\\canary" },
    { name: "a path with .. that leads to a valid one", url: "https://hooks.slack.com/x/../services/T1/B1/canary" },
    { name: "a path in escapes", url: "https://hooks.slack.com/%73ervices/T1/B1/canary" },
    { name: "an empty query", url: `${GOOD}?` },
    { name: "a query", url: `${GOOD}?x=1` },
    { name: "an empty fragment", url: `${GOOD}#` },
    { name: "a slash at the end", url: `${GOOD}/` },
    { name: "loopback outside of the local stage", url: "http://127.0.0.1:8002/services/T1/B1/canary" },
    { name: "loopback as one number", url: "http://2130706433/services/T1/B1/canary" },
    { name: "no network at all", url: "data:text/plain,canary" },
    { name: "a list in place of a text", url: [GOOD] },
  ])("$name", ({ url }) => {
    const { problems } = read({ ops: url });
    expect(problems).toContain("SLACK_WEBHOOKS must contain incoming webhook URLs like");
    expect(problems).not.toMatch(/canary|\/x|workflow/i);
  });
});

it.each(["workflows", "triggers"])("names the URL of a workflow (/%s/) as such", (kind) => {
  const { problems } = read({ ops: `https://hooks.slack.com/${kind}/T0AB/B0CD/canarySecret` });
  expect(problems).toContain("one URL belongs to a workflow");
  expect(problems).not.toContain("canary");
});

it("accepts plain http on loopback only in the local stage, and no similar host there", () => {
  const local = "http://127.0.0.1:8002/services/T1/B1/general";
  expect(read({ ops: local }, true).webhooks).toEqual({ ops: local });
  for (const host of ["localhost:8002", "127.0.0.2", "127.1", "0.0.0.0", "[::1]:8002", "127.0.0.1.example", "a@127.0.0.1"]) {
    expect(read({ ops: `http://${host}/services/T1/B1/general` }, true).problems, host).toContain("must contain");
  }
});

it("does not show a URL in place of a channel name", () => {
  for (const variable of ["SLACK_WEBHOOKS", "CHANNELS"]) {
    const reader = createSettingReader({ [variable]: JSON.stringify({ [GOOD]: "ops" }) });
    expect(Object.keys(readSlackWebhooks(reader, false))).toEqual([]);
    expect(reader.problems.join()).not.toContain("canary");
  }
});
