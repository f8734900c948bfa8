import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildMessage } from "../../../lib/adapters/slack/message.ts";
import type { Job, Transition } from "../../../lib/domain/job/job.ts";
import { hostileText } from "./hostile.ts";
import { BEGAN_AT, jobNotification, MINUTE } from "./sample-notifications.ts";

// Messages about operations on shares name the share and its sizes, and say in words what became of it.

const META = { id: "0a1b2c3d4e5", mayRepeat: false, plain: false };
const SHARE = "854cf6e2-f7f0-4f51-9d40-d405bc61b410";
const RUNNING: Transition[] = [
  { n: 1, at: BEGAN_AT - MINUTE, kind: "registered", state: "registered" },
  { n: 2, at: BEGAN_AT, kind: "status", state: "running" },
];
const FAILED: Partial<Job> = {
  state: "failed",
  errorCode: "321",
  failReason: "The share itself is still available.",
  resource: { name: "data-01", size: 500 },
};

function shareNotification(
  operation: string,
  { title, ...changes }: Partial<Job> = {},
  transition: Partial<Transition> = { state: changes.state ?? "success" },
) {
  const { job, ...rest } = jobNotification(transition);
  const { title: _, beginTime: _begin, endTime: _end, ...plain } = job;
  const jobId = `${SHARE}.${operation}.2`;
  const own = { source: "sfs-turbo-share", jobId, jobType: "extend_share", transitions: RUNNING };
  return { ...rest, job: { ...plain, ...own, ...(title !== undefined && { title }), ...changes } };
}

const textOf = (...args: Parameters<typeof shareNotification>) => buildMessage([shareNotification(...args)], META).text;
const EXTENDED = { name: "data-01", size: 600, sizeBefore: 500 };

describe("a message about a share", () => {
  it.each([
    {
      name: "an extension",
      text: textOf("extend", { resource: EXTENDED }),
      expected: 'Extending share "data-01" from 500 GB to 600 GB finished',
    },
    {
      name: "an extension of unknown size",
      text: textOf("extend", { resource: { name: "data-01" } }),
      expected: 'Extending share "data-01" finished',
    },
    {
      name: "a failed extension",
      text: textOf("extend", FAILED),
      expected: 'Extending share "data-01" failed. The share itself is still available.',
    },
    {
      name: "the team's own title",
      text: textOf("extend", { title: "nightly growth", resource: EXTENDED }),
      expected: 'Extending share "nightly growth" from 500 GB to 600 GB finished',
    },
    { name: "an unknown name", text: textOf("extend"), expected: `Extending share "${SHARE}" finished` },
    {
      name: "a name of invisible characters",
      text: textOf("delete", { resource: { name: "\u200b\u2060" } }),
      expected: `Deleting share "${SHARE}" finished`,
    },
    {
      name: "a security group",
      text: textOf("change-security-group", { resource: EXTENDED }),
      expected: 'Changing the security group of share "data-01" finished',
    },
    {
      name: "a share that is late",
      text: textOf("extend", { state: "running", resource: { name: "data-01" } }, { kind: "late", state: "running" }),
      expected: 'Extending share "data-01" is late: tracked for 43 min, longer than the default limit',
    },
  ])("names $name", ({ text, expected }) => expect(text).toBe(expected));

  it("has the code, the size, the times and what to do below the sentence, and the share beside another title", () => {
    const { text } = buildMessage([shareNotification("extend", { ...FAILED, title: "nightly" })], { ...META, plain: true });
    expect(text.split("\n")).toEqual([
      'Extending share "nightly" failed. The share itself is still available.',
      "*What to do:* Check the capacity quota of the project and the share in the cloud's console, then extend the share again.",
      expect.stringMatching(/^Seen running: <!date/),
      expect.stringMatching(/^Detected: <!date/),
      "Share: data-01",
      "Size: 500 GB",
      "Error code: 321",
      "Registered by: storage",
      expect.stringContaining(`job ${SHARE}.extend.2 · `),
    ]);
  });

  it("says the same in a roll-up, and names open shares in a digest", () => {
    const messages = [shareNotification("extend", FAILED), shareNotification("extend", { resource: EXTENDED })];
    const rollUp = JSON.stringify(
      buildMessage(
        messages.map((one, n) => ({ ...one, notificationId: `n${n}` })),
        META,
      ),
    );
    expect(rollUp).toContain('Extending share \\"data-01\\". The share itself is still available. · job');
    const { source, jobId, resource } = shareNotification("extend", { resource: EXTENDED }).job;
    const open = { jobs: [{ source, jobId, resource, isLate: true }], count: 1 };
    const digest = buildMessage([], { ...META, digest: { at: BEGAN_AT, open } });
    expect(JSON.stringify(digest)).toContain('⏰ Extending share \\"data-01\\" from 500 GB to 600 GB is late');
  });

  it("has the same blocks whatever the cloud calls the share", () => {
    const shape = (name: string, title?: string) => {
      const notification = shareNotification("extend", {
        ...FAILED,
        resource: { name },
        ...(title !== undefined && { title }),
      });
      return JSON.stringify(buildMessage([notification], META));
    };
    fc.assert(
      fc.property(hostileText, (name) => {
        for (const message of [shape(name), shape(name, "own")]) {
          expect(message).not.toMatch(/<!(channel|here|everyone)|<@|<https|<#/);
          expect(message.length).toBeLessThan(4_000);
        }
      }),
    );
  });
});
