import type { Channel } from "./channel/channel.ts";
import type { HeldMessage } from "./channel/held-messages.ts";
import type { TeamWatches, Watch, WatchedProject } from "./discovery/watch.ts";
import type { DowntimeRecord } from "./health/downtime.ts";
import type { Reachability } from "./health/reachability.ts";
import type { Job } from "./job/job.ts";
import type { BackOff, PollerState } from "./schedule/poller-state.ts";
import type { OpenEntry, StoredRecord } from "./stored-record.ts";
import { LONGEST_CLOUD_BACK_OFF_MS, LONGEST_PROBE_WAIT_MS, LONGEST_SEND_WAIT_MS } from "./waits.ts";

// A machine whose clock runs ahead writes times that other machines reach much later. Every stored time that delays something has a
// maximum: how far ahead of now a correct clock sets it. A time further ahead has expired. Times that people set are not checked: the end
// of a silence, the expiry of an API key.

/** The allowed difference between two machines' clocks. A lease is longer than an invocation by this much (lib/poll/poll-jobs.ts). */
export const CLOCK_DIFFERENCE_MS = 10_000;
/** A table call can arrive as late as the end of its invocation. What another machine wrote until then is not ahead of it. */
export const LONGEST_DELAY_MS = 60_000;
/**
 * The lease of a segment and of the message that its tick sends: the function's timeout (58 s), 2 s for a last call in transit, and the
 * allowed clock difference.
 */
export const LEASE_MS = 70_000;

/** Returns true if a time is further ahead of now than its maximum, so that a clock that ran ahead wrote it. */
export function isTooFarAhead(at: number, now: number, longestMs = 0): boolean {
  return at > now + longestMs + CLOCK_DIFFERENCE_MS;
}

/** Returns the time, or now if the time is too far ahead. */
function sound(at: number, now: number, longestMs = 0): number {
  return isTooFarAhead(at, now, longestMs) ? now : at;
}

/** Returns the record with sound times; the same object if they are sound. */
export function withSoundTimes<Some extends StoredRecord>(stored: Some, now: number): Some {
  const record = recordWithSoundTimes(stored, now);
  return record === stored.record ? stored : { ...stored, record, corrected: true };
}

function recordWithSoundTimes(stored: StoredRecord, now: number): StoredRecord["record"] {
  switch (stored.kind) {
    case "job":
      return soundJob(stored.record, now);
    case "reachability":
      return soundReachability(stored.record, now);
    case "channel":
      return soundChannel(stored.record, now);
    case "service":
      return soundDowntime(stored.record, now);
    case "watches":
      return soundWatches(stored.record, now);
    case "silences":
      return stored.record;
    case "project":
      return soundProject(stored.record, now);
  }
}

function soundJob(job: Job, now: number): Job {
  const { missing, late, failing, resumedAt } = job;
  return replaced(job, {
    trackedSince: sound(job.trackedSince, now),
    ...(missing && { missing: replaced(missing, { since: sound(missing.since, now) }) }),
    ...(late && { late: replaced(late, { at: sound(late.at, now) }) }),
    ...(failing && { failing: replaced(failing, { since: sound(failing.since, now) }) }),
    ...(resumedAt !== undefined && { resumedAt: sound(resumedAt, now) }),
  });
}

function soundReachability(record: Reachability, now: number): Reachability {
  const { unreachable } = record;
  if (!unreachable) return record;
  const { since, polledAt, reported, backAt } = unreachable;
  const times = {
    since: sound(since, now),
    polledAt: sound(polledAt, now),
    ...(reported && { reported: replaced(reported, { at: sound(reported.at, now) }) }),
    ...(backAt !== undefined && { backAt: sound(backAt, now) }),
  };
  return replaced(record, { unreachable: replaced(unreachable, times) });
}

function soundChannel(channel: Channel, now: number): Channel {
  const { message, suspended, held, deliveredAt, digestAt, nextSendAt, waitMs } = channel;
  const isAhead = held?.some(
    ({ heldAt, retryAt }) => isTooFarAhead(heldAt, now) || isTooFarAhead(retryAt, now, LONGEST_SEND_WAIT_MS),
  );
  return replaced(channel, {
    ...(deliveredAt !== undefined && { deliveredAt: sound(deliveredAt, now) }),
    ...(digestAt !== undefined && isTooFarAhead(digestAt, now) && { digestAt: 0 }),
    ...(held && isAhead && { held: held.map((one) => soundHeld(one, now)) }),
    nextSendAt: sound(nextSendAt, now, waitMs),
    ...(message && { message: replaced(message, { leaseUntil: sound(message.leaseUntil, now, LEASE_MS) }) }),
    ...(suspended && { suspended: replaced(suspended, { since: sound(suspended.since, now) }) }),
  });
}

function soundHeld(message: HeldMessage, now: number): HeldMessage {
  const { since, heldAt, retryAt } = message;
  return {
    ...message,
    since: sound(since, now),
    heldAt: sound(heldAt, now),
    retryAt: sound(retryAt, now, LONGEST_SEND_WAIT_MS),
  };
}

function soundDowntime(service: DowntimeRecord, now: number): DowntimeRecord {
  const { since, downtime } = service;
  return replaced(service, {
    since: sound(since, now),
    ...(downtime && { downtime: replaced(downtime, { from: sound(downtime.from, now), until: sound(downtime.until, now) }) }),
  });
}

function soundWatches(record: TeamWatches, now: number): TeamWatches {
  const watches = record.watches.map((watch) => soundWatch(watch, now));
  return watches.every((watch, index) => watch === record.watches[index]) ? record : { ...record, watches };
}

function soundWatch(watch: Watch, now: number): Watch {
  const { createdAt, startedAt, failing } = watch;
  return replaced(watch, {
    ...(startedAt !== undefined && isTooFarAhead(startedAt, now) && { startedAt: sound(createdAt, now) }),
    ...(failing && { failing: replaced(failing, { since: sound(failing.since, now) }) }),
  });
}

/** A team that seems to have begun in the future would never be removed after its last watch. */
function soundProject(record: WatchedProject, now: number): WatchedProject {
  const { teams, inventory, stockedAt } = record;
  const isAhead = Object.values(teams).some((at) => isTooFarAhead(at, now));
  return replaced(record, {
    ...(isAhead && { teams: mapped(teams, (at) => sound(at, now)) }),
    // The first list was read after the inventory was begun. With a later time, what happened in between would count as old.
    ...(stockedAt !== undefined && isTooFarAhead(stockedAt, now) && { stockedAt: sound(inventory, now) }),
  });
}

/** Returns an open entry with sound times. If one was not, the job must be polled at once, which corrects its item. */
export function entryWithSoundTimes(entry: OpenEntry, now: number): OpenEntry {
  const { tracking } = entry;
  if (
    !tracking ||
    ![
      ...[tracking.trackedSince, tracking.resumedAt],
      ...[tracking.missing?.since, tracking.late?.at, tracking.failing?.since],
    ].some((at = 0) => isTooFarAhead(at, now))
  )
    return entry;
  // Without a fingerprint every observation counts as new.
  const { fingerprint: _, missing: _missing, late: _late, failing: _failing, resumedAt: _resumedAt, ...kept } = tracking;
  return { ...entry, tracking: { ...kept, trackedSince: sound(tracking.trackedSince, now) }, mustPoll: true };
}

/** Returns a poller state with sound times. A window end in the future is replaced by 0: every job is due. */
export function stateWithSoundTimes<Some extends PollerState>(state: Some, now: number): Some {
  const { windowEnd, backlog, backOff, seen, failing, lists, finishedAt, oldestPendingAt, digestsUntil, ...kept } = state;
  const isSound = (at: number | undefined) => at !== undefined && !isTooFarAhead(at, now);
  const soundTimes = (times: Record<string, number>) =>
    Object.fromEntries(Object.entries(times).filter(([, at]) => isSound(at)));
  const open = (ends: Record<string, number>) =>
    Object.fromEntries(Object.entries(ends).map(([team, from]) => [team, isSound(from) ? from : 0]));
  return {
    ...kept,
    windowEnd: isSound(windowEnd) ? windowEnd : 0,
    backlog: mapped(backlog, open),
    backOff: mapped(backOff, (one) => soundBackOff(one, now)),
    seen: mapped(seen, soundTimes),
    failing: mapped(failing, (jobs) => Object.fromEntries(Object.entries(jobs).filter(([, times]) => times.every(isSound)))),
    lists: Object.fromEntries(Object.entries(lists).filter(([, [at]]) => isSound(at))),
    ...(isSound(finishedAt) && { finishedAt }),
    ...(isSound(oldestPendingAt) && { oldestPendingAt }),
    ...(isSound(digestsUntil) && { digestsUntil }),
  } as unknown as Some;
}

function soundBackOff({ backOffUntil, probes }: BackOff, now: number): BackOff {
  const isBackOffSound = backOffUntil !== undefined && !isTooFarAhead(backOffUntil, now, LONGEST_CLOUD_BACK_OFF_MS);
  return {
    ...(isBackOffSound && { backOffUntil }),
    ...(probes && { probes: mapped(probes, (ofTeam) => mapped(ofTeam, (probe) => probe && soundProbe(probe, now))) }),
  };
}

function soundProbe([failed, nextAt]: [failed: number, nextAt: number], now: number): [number, number] {
  return [failed, sound(nextAt, now, LONGEST_PROBE_WAIT_MS)];
}

function mapped<Values extends object>(values: Values, change: (value: Values[keyof Values]) => Values[keyof Values]): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)])) as Values;
}

/** Returns the same object if no value changes. */
function replaced<Some extends object>(some: Some, values: Partial<Some>): Some {
  const isNew = Object.entries(values).some(([name, value]) => some[name as keyof Some] !== value);
  return isNew ? { ...some, ...values } : some;
}
