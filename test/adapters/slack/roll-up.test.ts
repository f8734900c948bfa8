import { describe, expect, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import { buildMessage } from "../../../lib/adapters/slack/message.ts";
import type { Telling } from "../../../lib/ports.ts";
import { channelTelling, failedTelling, jobTelling, openJobTelling } from "./tellings.ts";

const slack = createSlack({}, { log: { info() {}, warn() {}, error() {} } });
const MARKS = { id: "0a1b2c3d4e5+3", mayRepeat: false, plain: false };

function named(telling: Telling, title: string): Telling {
  return telling.kind === "job" ? { ...telling, job: { ...telling.job, title, jobId: `id-${title}` } } : telling;
}

const mixed = [
  named(jobTelling(), "first"),
  channelTelling({ kind: "parked", reason: "channel_is_archived" }),
  named(failedTelling(), "second"),
  named(openJobTelling({ kind: "lost", state: "lost", reason: "404" }), "third"),
];

function linesOf(tellings: Telling[], marks = MARKS): string[] {
  const { blocks = [] } = buildMessage(tellings, marks);
  return blocks.flatMap((block) => ("text" in block ? block.text.text.split("\n") : []));
}

describe("a message that tells several things", () => {
  test("counts its jobs and puts failures first, then lost jobs, then what concerns the service, then the rest", async () => {
    expect(linesOf(mixed).map((line) => line.split('"', 2).join(""))).toEqual([
      "*3 jobs: 1 failed, 1 lost, 1 finished, and 1 notice to operators*",
      "*Failed* ❌ Extend share second",
      "*Lost* ❓ Extend share third",
      "*Parked* 🅿️ Nothing can be posted for channel storage-ops",
      "*Finished* ✅ Extend share first",
    ]);
    await expect(`${JSON.stringify(buildMessage(mixed, MARKS), null, 2)}\n`).toMatchFileSnapshot("golden/roll-up.json");
  });

  test("stands open, outside of attachments that Slack folds", () => {
    expect(buildMessage(mixed, MARKS)).not.toHaveProperty("attachments");
  });

  test("keeps code, reason and first failed sub job of every failure", () => {
    expect(linesOf(mixed)[1]).toBe(
      '*Failed* ❌ Extend share "second" after 41 min at Create volume: no room (EVS.2024) · the job as a whole: quota exceeded (SFS.TURBO.0010) · job id-second',
    );
  });

  test("tells one job in the order of its transitions and counts it once, as it ended", () => {
    const later = named(jobTelling({ n: 3 }), "one");
    const earlier = named(openJobTelling({ n: 2 }), "one");
    const lines = linesOf([later, earlier, named(failedTelling(), "two")]);
    expect(lines[0]).toBe("*2 jobs: 1 failed, 1 finished*");
    expect(lines.slice(2).map((line) => line.split(" ", 1)[0])).toEqual(["*Running*", "*Finished*"]);
  });

  test("begins with a sentence where all is about one job", () => {
    expect(buildMessage([openJobTelling({ n: 2 }), jobTelling({ n: 3 })], MARKS).text).toBe(
      'Extend share "data-01" finished after 41 min',
    );
  });

  test("says that it was held where all of it was, else how much", () => {
    expect(buildMessage(mixed, MARKS, { held: 4 }).text).toMatch(/^While it was quiet, 3 jobs: /);
    expect(buildMessage(mixed, MARKS, { held: 1 }).text).toMatch(
      /1 finished, and 1 notice to operators \(1 held while it was quiet\)$/,
    );
  });

  test("is one line a job in plain text", () => {
    const { text } = buildMessage(mixed, { ...MARKS, plain: true });
    expect(text.split("\n").map((line) => line.split(" ", 1)[0])).toEqual([
      "3",
      "Failed",
      "Lost",
      "Parked",
      "Finished",
      "notification",
    ]);
  });

  test("holds many plain ends and leaves what does not fit to the next message", () => {
    const ends = Array.from({ length: 500 }, (_, n) => named(jobTelling(), `nightly-${n}`));
    expect(slack.fit("ops", ends)).toBeGreaterThan(150);
    expect(slack.fit("ops", ends)).toBeLessThanOrEqual(200);
    expect(slack.fit("ops", ends.slice(0, 3))).toBe(3);
    expect(slack.fit("ops", [])).toBe(1);
  });
});
