import { afterEach, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";
import { tickInChild } from "./child-tick.ts";

let world: World;
afterEach(() => world.close());

const HOSTILE = [
  ...[
    "<!channel> <!here> <@U012AB> <#C012AB>",
    "<https://evil.example|Log in>",
    "*bold* _slanted_ ~struck~ `code` ```block```",
    "&lt;!channel&gt; &amp;",
  ],
  ...["> quoted", ":fire: @everyone", '"},{"type":"section"', "{{7*7}} %s %n", "https://evil.example", "=HYPERLINK(1)"],
];
const CONTROLS = ["a\r\nb", "\u202egnp.exe", "\u2028\u2029", "\u001b[31mred\u001b[0m", "a\u0000b", "\ud800", "\u200b\u2066"];

/** Returns the log of the deployed function in one tick. */
async function tickLogs(): Promise<string[]> {
  const { out, errors } = await tickInChild(world);
  expect(errors).toBe("");
  return out.trim().split("\n");
}

/** Returns the texts that people read. */
function shown(): string {
  return world.sink.messages.map(({ rendered }) => rendered.replaceAll("\u034f", "").replaceAll(/\s+/g, " ")).join(" ");
}

/** Removes from a payload the few things that only this service writes. */
function foreign(payload: unknown): string {
  return JSON.stringify(payload).replaceAll(
    /<(!date\^-?\d+\^[^<>|]+\|[^<>|]+|https:\/\/wiki\.example\.com\/[^<>|]+\|Runbook)>/g,
    "",
  );
}

function expectInert(): void {
  for (const { payload } of world.sink.posts) {
    expect(foreign(payload)).not.toMatch(/[<\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b]|\\u00|&(?!amp;|lt;|gt;)/u);
    expect(foreign(payload)).not.toMatch(/(?<!\u034f)(\*bold|~struck)|`|:fire:|https:\/\/evil/);
    expect(payload).toMatchObject({ link_names: false, unfurl_links: false, unfurl_media: false });
  }
  expect(world.sink.posts.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
}

it("row 53: hostile names from a team are shown and have no effect, in Slack and in the log", async () => {
  world = await startWorld({}, Date.now());
  for (const [index, title] of HOSTILE.entries()) {
    world.cloud.answer(`named-${index}`, { status: index % 2 ? "success" : "failed" });
    const more = { title, labels: { note: title }, runbookUrl: `https://wiki.example.com/a?b=${encodeURIComponent(title)}` };
    expect((await world.register(`named-${index}`, more)).status).toBe(201);
  }
  const lines = await tickLogs();
  for (const line of lines) expect(JSON.parse(line)).toBeTypeOf("object");
  expect(lines.length).toBeGreaterThan(1);
  expectInert();
  for (const title of HOSTILE) expect(shown()).toContain(title.replaceAll("`", "'"));
}, 180_000);

it.each([
  ...CONTROLS.map((title) => ({ name: JSON.stringify(title).replaceAll(/[^ -~]/g, "?"), title })),
  { name: "121 characters", title: "x".repeat(121) },
  { name: "40,000 characters", title: "x".repeat(40_000) },
])("row 53: a title of $name is rejected at registration", async ({ title }) => {
  world = await startWorld();
  world.cloud.answer("named", { status: "running" });
  expect([413, 422]).toContain((await world.register("named", { title })).status);
  expect((await world.request("GET", "/jobs/named")).status).toBe(404);
});

it("row 53: any text in the cloud's fields stays one inert line in Slack and in the log", async () => {
  world = await startWorld({}, Date.now() - 60_000);
  const values = [...HOSTILE, ...CONTROLS, `${HOSTILE[0]} ${"x".repeat(40_000)}`, CONTROLS.join(HOSTILE.join(" "))];
  for (const [index, value] of values.entries()) {
    const failure = { status: "failed", job_type: value, error_code: value, fail_reason: value };
    world.cloud.answer(`job-${index}`, (poll) => ({
      status: 200,
      headers: { "x-request-id": "r" },
      body: poll === 1 ? { status: "running", job_type: value } : { ...failure, sub_jobs: [{ ...failure, job_id: value }] },
    }));
    await world.register(`job-${index}`);
  }
  const lines = await tickLogs();
  expectInert();
  for (const index of values.keys()) expect(shown()).toContain(`job-${index}`);
  const transitions = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === "transition");
  expect(transitions).toHaveLength(values.length);
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
}, 180_000);
