import { describe, expect, test } from "vitest";
import { channelsOf, readConfig } from "../../lib/config/config.ts";

const SECRET = `whsec_${Buffer.alloc(32, "canary").toString("base64")}`;
const BASE = {
  TABLE_NAME: "jobs",
  OS_PROJECT_ID: "0123456789abcdef0123456789abcdef",
  OS_TOKEN: "token",
  SLACK_WEBHOOKS: '{"storage-ops": "https://hooks.slack.com/services/T0AB/B0CD/hook"}',
};
const webhooks = (url: unknown, secrets: unknown = [SECRET], more: object = {}) =>
  JSON.stringify({ pipeline: { url, secrets, ...more } });
const read = (settings: Record<string, string>) => readConfig({ ...BASE, ...settings });
const problem = (settings: Record<string, string>): string => {
  try {
    read(settings);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("WEBHOOKS", () => {
  test.each([
    ["https://receiver.example.com/hook", "https://receiver.example.com/hook"],
    ["https://receiver.example.com", "https://receiver.example.com/"],
    ["https://Receiver.Example.com:443/a/../b?x=1", "https://receiver.example.com/b?x=1"],
    ["https://receiver.example.com:8443/", "https://receiver.example.com:8443/"],
  ])("reads %s as %s", (given, canonical) => {
    expect(read({ WEBHOOKS: webhooks(given) }).webhooks.pipeline).toEqual({ url: canonical, secrets: [SECRET] });
  });

  test.each([
    "http://receiver.example.com/canary",
    "https://user:canary@receiver.example.com/",
    "https://user@receiver.example.com/",
    "https://receiver.example.com/#canary",
    "https://receiver.example.com:22/",
    "https://receiver.example.com./",
    "https://receiver/",
    "https://localhost/",
    "https://printer.local/",
    "https://ip-10-0-0-1.eu-central-1.compute.internal/",
    "https://127.0.0.1/canary",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://93.184.215.14/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fd00:ec2::254]/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https:\\\\receiver.example.com\\",
    "https://receiver.example.com/\tcanary",
    "data:text/plain,ok",
    "file:///etc/passwd",
    "",
    7,
    null,
  ])("rejects the URL %s and does not show it", (url) => {
    const output = problem({ WEBHOOKS: webhooks(url) });
    expect(output).toContain('WEBHOOKS has a wrong url for "pipeline"');
    expect(output).not.toMatch(/canary/);
  });

  test("accepts plain http on loopback only in the local stage", () => {
    const WEBHOOKS = webhooks("http://127.0.0.1:8003/hook");
    expect(read({ STAGE: "local", WEBHOOKS }).webhooks.pipeline?.url).toBe("http://127.0.0.1:8003/hook");
    expect(problem({ WEBHOOKS })).toContain("WEBHOOKS");
    expect(problem({ STAGE: "local", WEBHOOKS: webhooks("http://10.0.0.1/") })).toContain("WEBHOOKS");
  });

  test.each<[string, unknown]>([
    ["none", []],
    ["no list", SECRET],
    ["too short a secret", [`whsec_${Buffer.alloc(23).toString("base64")}`]],
    ["too long a secret", [`whsec_${Buffer.alloc(65).toString("base64")}`]],
    ["a secret without its prefix", [Buffer.alloc(32).toString("base64")]],
    ["too many secrets", [SECRET, SECRET, SECRET, SECRET]],
  ])("rejects %s as secrets", (_, secrets) => {
    const output = problem({ WEBHOOKS: webhooks("https://receiver.example.com/", secrets) });
    expect(output).toContain("use one to three");
    expect(output).not.toContain("AAAA");
  });

  test.each([24, 25, 26, 32, 64])("accepts a secret of %i bytes", (bytes) => {
    const secret = `whsec_${Buffer.alloc(bytes, 1).toString("base64")}`;
    expect(problem({ WEBHOOKS: webhooks("https://receiver.example.com/", [secret]) })).toBe("");
  });

  test("rejects an unknown key", () => {
    expect(problem({ WEBHOOKS: webhooks("https://receiver.example.com/", [SECRET], { retries: 3 }) })).toContain(
      "only url and secrets",
    );
  });
});

test("one name belongs to one destination", () => {
  const twice = JSON.stringify({ "storage-ops": { url: "https://receiver.example.com/", secrets: [SECRET] } });
  expect(problem({ WEBHOOKS: twice })).toContain('WEBHOOKS and SLACK_WEBHOOKS both define the channel "storage-ops"');
  const events = JSON.stringify({ events: { url: "https://receiver.example.com/", secrets: [SECRET] } });
  expect(problem({ WEBHOOKS: events })).toBe("");
  expect(problem({ WEBHOOKS: events, EVENT_BUS_NAME: "jobs" })).toContain('EVENT_BUS_NAME reserves the channel name "events"');
});

test("webhooks are channels: on their own, as the default, for operators, and for some teams", () => {
  const WEBHOOKS = webhooks("https://receiver.example.com/");
  const alone = read({ SLACK_WEBHOOKS: "", WEBHOOKS });
  expect(alone).toMatchObject({ defaultChannel: "pipeline", opsChannel: "pipeline" });
  const config = read({ WEBHOOKS, EVENT_BUS_NAME: "jobs", CHANNELS: '{"pipeline": {"teams": ["ci"]}}' });
  expect(channelsOf(config, "ci")).toEqual(["storage-ops", "pipeline"]);
  expect(channelsOf(config, "storage")).toEqual(["storage-ops"]);
  expect(config.channelKinds).toEqual({ "storage-ops": "slack", pipeline: "webhook", events: "events" });
  expect(config.rules.eventsChannel).toBe("events");
});

test("only a Slack channel can have a digest and mentions", () => {
  const options = { digest: { at: "08:00", timeZone: "UTC" }, mention: { failed: "@here" } };
  const CHANNELS = JSON.stringify({ "storage-ops": options, pipeline: options });
  const output = problem({ WEBHOOKS: webhooks("https://receiver.example.com/"), CHANNELS });
  expect(output).toBe(
    `the configuration has 1 problem: CHANNELS has mention and digest for "pipeline", which is a signed webhook: allowed are notifyOn, teams, quiet`,
  );
});

test.each([{ notifyOn: ["failed"] }, { teams: ["storage"] }, { quiet: { from: "18:00", to: "08:00", timeZone: "UTC" } }])(
  "a signed webhook can have %o",
  (options) => {
    const CHANNELS = JSON.stringify({ pipeline: options });
    expect(problem({ WEBHOOKS: webhooks("https://receiver.example.com/"), CHANNELS })).toBe("");
  },
);

test.each(["OPS_CHANNEL", "DEFAULT_CHANNEL"])("the event bus cannot be %s", (variable) => {
  expect(problem({ EVENT_BUS_NAME: "jobs", [variable]: "events" })).toContain(`${variable} must be the name of a channel`);
});
