import { newChannel } from "../domain/channel/channel.ts";
import { lastDigestAt } from "../domain/channel/digest.ts";
import { planDigest } from "../domain/channel/plan-digest.ts";
import type { Job } from "../domain/job/job.ts";
import { type OpenEntry, openEntry } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import { errorFields } from "../shared/error-fields.ts";
import { saveOrCreate } from "../shared/save-record.ts";
import { DELAY_MS, type Gathering } from "./gather-digests.ts";
import { MAX_JOBS_PER_DIGEST, MAX_JOBS_PER_TEAM, readJobs } from "./read-open-jobs.ts";
import type { DeliverySettings, Deps } from "./sender.ts";

/** Plans the digests of channels in which nothing ended. */
export interface DigestPlans {
  visit(entry: OpenEntry): void;
  /** Must be called after every open record was visited. Returns until when digests are planned; undefined if a channel failed. */
  save(): Promise<number | undefined>;
}

const MINUTE_MS = 60_000;
/** Limits the size of the channel's record. */
const MAX_TEAMS = 20;

/** `plannedUntil`: what `save` last returned. Reads nothing unless a channel's digest became due since then. */
export function createDigestPlans(
  ports: Deps,
  settings: DeliverySettings,
  gathering: Gathering,
  startedAt: number,
  plannedUntil = startedAt - DELAY_MS,
): DigestPlans {
  const { table, log } = ports;
  const until = startedAt - DELAY_MS;
  const due = dueDigests(settings, until, plannedUntil);
  const open = new Map<string, string[]>();
  let jobs: Promise<Job[]> | undefined;

  async function teamsOf(channel: string): Promise<string[]> {
    jobs ??= readJobs(table, smallTeamsFirst(open));
    const own = (await jobs).filter(({ channels }) => channels.includes(channel));
    return [...new Set(own.map(({ team }) => team))].slice(0, MAX_TEAMS);
  }

  async function plan(channel: string, at: number): Promise<void> {
    const hasEnds = gathering.hasEnds(channel);
    const teams = hasEnds ? [] : await teamsOf(channel);
    const absent = { kind: "channel" as const, record: newChannel(channel) };
    const record = await saveOrCreate(table, absent, (stored) => planDigest(stored, { at, hasEnds, teams }));
    const entry = openEntry({ kind: "channel", record });
    if (entry?.digest) gathering.add(channel, entry.pk, entry.digest.since);
  }

  return {
    visit({ pk, tracking }) {
      if (due.size === 0 || !tracking) return;
      const team = teamOfPk(pk);
      const own = open.get(team) ?? [];
      open.set(team, own);
      if (own.length < MAX_JOBS_PER_TEAM) own.push(pk);
    },
    async save() {
      let failed = 0;
      for (const [channel, at] of due) {
        try {
          await plan(channel, at);
        } catch (error) {
          failed++;
          log.error("digest could not be planned", { channel, ...errorFields(error) });
        }
      }
      return failed === 0 ? until : undefined;
    },
  };
}

/** Returns the channels whose digest became due, with its time. Digests are due on full minutes. */
function dueDigests(settings: DeliverySettings, until: number, plannedUntil: number): Map<string, number> {
  const due = new Map<string, number>();
  if (Math.floor(until / MINUTE_MS) === Math.floor(plannedUntil / MINUTE_MS)) return due;
  for (const channel of settings.digestChannels?.() ?? []) {
    const times = settings.channelDigest?.(channel);
    const at = times ? lastDigestAt(times, until) : Number.NEGATIVE_INFINITY;
    if (at > plannedUntil) due.set(channel, at);
  }
  return due;
}

function smallTeamsFirst(open: ReadonlyMap<string, string[]>): string[] {
  const teams = [...open.values()].sort((one, other) => one.length - other.length);
  return teams.flat().slice(0, MAX_JOBS_PER_DIGEST);
}
