import type { Watch } from "../../domain/job/job.ts";
import type { OpenEntry } from "../../domain/stored-record.ts";
import { jobOfPk } from "../../domain/table-keys.ts";

// The one attribute that the open index carries besides the keys. Read once a pass for every open job, so each byte counts:
// fields between `|`, times in base 36 (of a thousand jobs some 60 bytes each).

const LAYOUT = "1";
const WATCH_FIELDS = 9;

export function packLook({ watch, pending, canWait, digest }: OpenEntry): string {
  const told = [pending, canWait, digest].flatMap(waitingFields);
  return [LAYOUT, ...watchFields(watch), ...told].join("|").replace(/\|+$/, "");
}

/**
 * An entry whose look was packed by a version to come decides nothing: its job counts as due at once and past its
 * deadlines, so that the item itself is read.
 */
export function unpackLook(pk: string, look: string): OpenEntry {
  const [layout, ...fields] = look.split("|");
  if (layout !== LAYOUT) return jobOfPk(pk) ? { pk, watch: { registeredAt: 0, watchedSince: 0 } } : { pk };
  const [pendingSince, channels, waitSince, waitChannels, digestSince, digestChannels] = fields.slice(WATCH_FIELDS);
  return {
    pk,
    ...(fields[0] && { watch: watchOf(fields) }),
    ...(pendingSince && { pending: waiting(pendingSince, channels) }),
    ...(waitSince && { canWait: waiting(waitSince, waitChannels) }),
    ...(digestSince && { digest: waiting(digestSince, digestChannels) }),
  };
}

function watchOf([since = "", jobType, begin, expected, print, ...others]: string[]): Watch {
  const [missing, late, failing, registered] = others;
  const [missingSince, missingLooks, missingSeen] = numbers(missing);
  const [lateTold, lateAt] = numbers(late);
  const [failingSince, failingReported] = numbers(failing);
  return {
    registeredAt: number(registered || since),
    watchedSince: number(since),
    ...(jobType && { jobType }),
    ...(begin && { beginTime: number(begin) }),
    ...(expected && { expectedMinutes: number(expected) }),
    ...(print && { fingerprint: print }),
    ...(missing && { missing: { since: missingSince, looks: missingLooks, ...(missingSeen === 1 && { wasSeen: true }) } }),
    ...(late && { late: { told: lateTold, at: lateAt } }),
    ...(failing && { failing: { since: failingSince, ...(failingReported === 1 && { reported: true }) } }),
  };
}

function waitingFields(waiting: OpenEntry["pending"]): string[] {
  return waiting ? [time(waiting.since), waiting.channels.join(",")] : ["", ""];
}

function waiting(since: string, channels = ""): NonNullable<OpenEntry["pending"]> {
  return { channels: channels.split(","), since: number(since) };
}

function watchFields(watch: Watch | undefined): string[] {
  if (watch === undefined) return Array(WATCH_FIELDS).fill("");
  const {
    registeredAt,
    watchedSince,
    jobType = "",
    beginTime,
    expectedMinutes,
    fingerprint = "",
    missing,
    late,
    failing,
  } = watch;
  return [
    time(watchedSince),
    jobType.replaceAll("|", ""),
    time(beginTime),
    time(expectedMinutes),
    fingerprint,
    missing ? `${time(missing.since)},${time(missing.looks)}${missing.wasSeen ? ",1" : ""}` : "",
    late ? `${time(late.told)},${time(late.at)}` : "",
    failing ? `${time(failing.since)}${failing.reported ? ",1" : ""}` : "",
    registeredAt === watchedSince ? "" : time(registeredAt),
  ];
}

function time(value: number | undefined): string {
  return value === undefined ? "" : Math.round(value).toString(36);
}

function number(text: string): number {
  return Number.parseInt(text, 36);
}

/** NaN for those that are not there. */
function numbers(text = ""): [number, number, number] {
  const [one = "", two = "", three = ""] = text.split(",");
  return [number(one), number(two), number(three)];
}
