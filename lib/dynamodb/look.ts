import type { Watch } from "../job/job.ts";
import { jobOfPk } from "../job/names.ts";
import type { OpenEntry } from "../job/subject.ts";

// The one attribute that the open index carries besides the keys. Read once a pass for every open job, so each byte counts:
// fields between `|`, times in base 36 (of a thousand jobs some 60 bytes each).

const LAYOUT = "1";

export function packLook({ watch, pending, canWait, digest }: OpenEntry): string {
  const told = [pending, canWait, digest].flatMap(waitingFields);
  return [LAYOUT, ...watchFields(watch), ...told].join("|").replace(/\|+$/, "");
}

/**
 * An entry whose look was packed by a version to come decides nothing: its job counts as due at once and past its
 * deadlines, so that the item itself is read.
 */
export function unpackLook(pk: string, look: string): OpenEntry {
  const [layout, since, jobType, begin, expected, print, missing, late, ...told] = look.split("|");
  const [pendingSince, channels, waitSince, waitChannels, digestSince, digestChannels] = told;
  if (layout !== LAYOUT) return jobOfPk(pk) ? { pk, watch: { watchedSince: 0 } } : { pk };
  const [missingSince, missingLooks] = pair(missing);
  const [lateTold, lateAt] = pair(late);
  return {
    pk,
    ...(since && {
      watch: {
        watchedSince: number(since),
        ...(jobType && { jobType }),
        ...(begin && { beginTime: number(begin) }),
        ...(expected && { expectedMinutes: number(expected) }),
        ...(print && { fingerprint: print }),
        ...(missing && { missing: { since: missingSince, looks: missingLooks } }),
        ...(late && { late: { told: lateTold, at: lateAt } }),
      },
    }),
    ...(pendingSince && { pending: waiting(pendingSince, channels) }),
    ...(waitSince && { canWait: waiting(waitSince, waitChannels) }),
    ...(digestSince && { digest: waiting(digestSince, digestChannels) }),
  };
}

function waitingFields(waiting: OpenEntry["pending"]): string[] {
  return waiting ? [time(waiting.since), waiting.channels.join(",")] : ["", ""];
}

function waiting(since: string, channels = ""): NonNullable<OpenEntry["pending"]> {
  return { channels: channels.split(","), since: number(since) };
}

function watchFields(watch: Watch | undefined): string[] {
  if (watch === undefined) return ["", "", "", "", "", "", ""];
  const { watchedSince, jobType = "", beginTime, expectedMinutes, fingerprint = "", missing, late } = watch;
  return [
    time(watchedSince),
    jobType.replaceAll("|", ""),
    time(beginTime),
    time(expectedMinutes),
    fingerprint,
    missing ? `${time(missing.since)},${time(missing.looks)}` : "",
    late ? `${time(late.told)},${time(late.at)}` : "",
  ];
}

function time(value: number | undefined): string {
  return value === undefined ? "" : Math.round(value).toString(36);
}

function number(text: string): number {
  return Number.parseInt(text, 36);
}

function pair(text = ""): [number, number] {
  const [one = "", other = ""] = text.split(",");
  return [number(one), number(other)];
}
