import type { Tracking } from "../../domain/job/job.ts";
import type { JobState } from "../../domain/job/states.ts";
import type { OpenEntry } from "../../domain/stored-record.ts";
import { jobOfPk } from "../../domain/table-keys.ts";

// The only attribute of the `open` index besides the keys. Each sweep reads it for every open job, so it must be small:
// fields between `|`, times in base 36, about 60 bytes per job.

const LAYOUT = "1";
const TRACKING_FIELDS = 11;
/** Absent: registered. */
const STATE_LETTERS: Partial<Record<JobState, string>> = { waiting: "w", running: "r" };

export function encodeOpenEntry({ tracking, pending, canWait, digest, toCopy = [] }: OpenEntry): string {
  const waits = [pending, canWait, digest].flatMap(waitingFields);
  return [LAYOUT, ...trackingFields(tracking), ...waits, toCopy.join(",")].join("|").replace(/\|+$/, "");
}

/**
 * Decodes an entry. An entry with an unknown layout, written by a later version, counts as due and past its deadlines, so that the
 * record itself is read.
 */
export function decodeOpenEntry(pk: string, text: string): OpenEntry {
  const [layout, ...fields] = text.split("|");
  if (layout !== LAYOUT) return jobOfPk(pk) ? { pk, tracking: { registeredAt: 0, trackedSince: 0 } } : { pk };
  const [pendingSince, channels, waitSince, waitChannels, digestSince, digestChannels, toCopy] = fields.slice(TRACKING_FIELDS);
  return {
    pk,
    ...(fields[0] && { tracking: trackingOf(fields) }),
    ...(pendingSince && { pending: waiting(pendingSince, channels) }),
    ...(waitSince && { canWait: waiting(waitSince, waitChannels) }),
    ...(digestSince && { digest: waiting(digestSince, digestChannels) }),
    ...(toCopy && { toCopy: toCopy.split(",") }),
  };
}

function trackingOf([since = "", jobType, begin, expected, print, ...others]: string[]): Tracking {
  const [missing, late, failing, registered, paused, letter] = others;
  const [missingSince, missingPolls, missingSeen] = numbers(missing);
  const [lateCount, lateAt] = numbers(late);
  const [failingSince, failingReported] = numbers(failing);
  const [pausedUntil, resumedAt] = numbers(paused);
  return {
    state: (["waiting", "running"] as const).find((state) => STATE_LETTERS[state] === letter) ?? "registered",
    registeredAt: number(registered || since),
    trackedSince: number(since),
    ...(jobType && { jobType }),
    ...(begin && { beginTime: number(begin) }),
    ...(expected && { expectedMinutes: number(expected) }),
    ...(print && { fingerprint: print }),
    ...(missing && { missing: { since: missingSince, polls: missingPolls, ...(missingSeen === 1 && { wasSeen: true }) } }),
    ...(late && { late: { count: lateCount, at: lateAt } }),
    ...(failing && { failing: { since: failingSince, ...(failingReported === 1 && { reported: true }) } }),
    ...(pausedUntil && { pause: { until: pausedUntil } }),
    ...(resumedAt && { resumedAt }),
  };
}

function waitingFields(waiting: OpenEntry["pending"]): string[] {
  return waiting ? [time(waiting.since), waiting.channels.join(",")] : ["", ""];
}

function waiting(since: string, channels = ""): NonNullable<OpenEntry["pending"]> {
  return { channels: channels.split(","), since: number(since) };
}

function trackingFields(tracking: Tracking | undefined): string[] {
  if (tracking === undefined) return Array(TRACKING_FIELDS).fill("");
  const {
    registeredAt,
    trackedSince,
    jobType = "",
    beginTime,
    expectedMinutes,
    fingerprint = "",
    missing,
    late,
    failing,
    pause,
    resumedAt,
    state = "registered",
  } = tracking;
  return [
    time(trackedSince),
    jobType.replaceAll("|", ""),
    time(beginTime),
    time(expectedMinutes),
    fingerprint,
    missing ? `${time(missing.since)},${time(missing.polls)}${missing.wasSeen ? ",1" : ""}` : "",
    late ? `${time(late.count)},${time(late.at)}` : "",
    failing ? `${time(failing.since)}${failing.reported ? ",1" : ""}` : "",
    registeredAt === trackedSince ? "" : time(registeredAt),
    pause || resumedAt ? `${time(pause?.until)},${time(resumedAt)}` : "",
    STATE_LETTERS[state] ?? "",
  ];
}

function time(value: number | undefined): string {
  return value === undefined ? "" : Math.round(value).toString(36);
}

function number(text: string): number {
  return Number.parseInt(text, 36);
}

/** Returns NaN for missing numbers. */
function numbers(text = ""): [number, number, number] {
  const [one = "", two = "", three = ""] = text.split(",");
  return [number(one), number(two), number(three)];
}
