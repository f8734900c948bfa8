import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { slackErrorOf } from "../../infra/local/slack-limits.ts";
import { previewPage } from "../../infra/scripts/preview/page.ts";
import { SAMPLES } from "../../infra/scripts/preview/samples.ts";
import { buildMessage } from "../../lib/adapters/slack/message.ts";
import type { OperatorTransition } from "../../lib/domain/health/operator-notice.ts";
import { TRANSITIONS } from "../../lib/domain/job/transitions.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const samples = Object.entries(SAMPLES).map(([kind, sample]) => ({ kind, ...sample }));

test.each(samples)("the sample of $kind is a valid Slack message and shown in the documentation", (sample) => {
  const { kind, when, notifications, meta, setting } = sample;
  const payload = buildMessage(notifications, { id: "0a1b2c3d4e5", mayRepeat: false, plain: false, ...meta }, setting);
  expect(slackErrorOf(payload)).toBeUndefined();
  const docs = readFileSync(`${ROOT}docs/messages.md`, "utf8");
  expect(docs).toContain(`| \`${kind}\` | ${when} | ![${kind}](images/messages/${kind}.png) |`);
  expect(existsSync(`${ROOT}docs/images/messages/${kind}.png`)).toBe(true);
});

test("there is a sample of every transition that notifies somebody", () => {
  const news = Object.entries(TRANSITIONS).filter(([, row]) => row.news !== undefined);
  const shown = samples.flatMap(({ notifications }) =>
    notifications.flatMap((one) => (one.kind === "job" ? one.transition : [])),
  );
  expect(new Set(shown.map(({ kind, state }) => (kind === "status" ? state : kind)))).toEqual(
    new Set(news.map(([name]) => name)),
  );
});

test("there is a sample of every notice to operators and about watches", () => {
  const delivered: Record<OperatorTransition["kind"], true> = {
    unreachable: true,
    "still-unreachable": true,
    recovered: true,
    suspended: true,
    resumed: true,
    "refused-layout": true,
    "refused-text": true,
    rejected: true,
    expired: true,
    digest: true,
    downtime: true,
    "watch-unreachable": true,
    "watch-recovered": true,
  };
  const shown = samples.flatMap(({ notifications }) =>
    notifications.flatMap((one) => (one.kind === "job" ? [] : one.transition.kind)),
  );
  expect(new Set(shown)).toEqual(new Set(Object.keys(delivered)));
});

test("a page runs no script and shows the content of a message as text", () => {
  const page = previewPage([{ channel: "storage-ops", payload: { text: "&lt;script&gt;alert(1)&lt;/script&gt; $& $1" } }]);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; $&amp; $1");
  expect(page).not.toContain("<script");
});

test("an unknown kind prints the known ones and exits with 64", () => {
  const { status, stdout } = spawnSync(process.execPath, ["infra/scripts/preview/run.ts", "nonsense"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(status).toBe(64);
  expect(stdout).toContain('There is no kind "nonsense".');
  for (const kind of Object.keys(SAMPLES)) expect(stdout).toContain(`  ${kind}`);
});
