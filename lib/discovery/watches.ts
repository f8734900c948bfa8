import {
  isSameOrder,
  MAX_WATCHES,
  newTeamWatches,
  newWatchedProject,
  TEAM_BEFORE_WATCH_MS,
  type TeamWatches,
  type Watch,
  type WatchedProject,
  type WatchOptions,
} from "../domain/discovery/watch.ts";
import { type ProjectKey, projectPk, watchesPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveChange, saveOrCreate } from "../shared/save-record.ts";
import type { RecordStore, SegmentStore } from "../table-ports.ts";

export type AddedWatch =
  | { kind: "created"; watch: Watch }
  /** The team has a watch for the same operations. It got the given channels and `notifyOn`. */
  | { kind: "known"; watch: Watch }
  /** The team may have no more watches; nothing was changed. */
  | { kind: "too-many"; most: number };

export interface WatchRequest extends Omit<WatchOptions, "channels"> {
  /** Absent: the default channels of a new watch; a known watch keeps its own. */
  channels?: string[];
  defaultChannels: string[];
}

/** A watch, and when its project was last listed completely. */
export interface WatchState {
  watch: Watch;
  listedAt?: number;
}

type Deps = Pick<Ports, "clock"> & { table: RecordStore };

/**
 * Adds a watch to a team. `by`: the label of the key. `permit` throws if the key may not change a known watch. Nothing is written unless
 * the watch may be added. The project learns of the team first: if this process dies in between, the poller removes the team again, and
 * no watch is without a list.
 */
export async function addWatch(
  ports: Deps,
  team: string,
  { channels, defaultChannels, ...order }: WatchRequest,
  by: string,
  permit: (known: Watch) => void = () => undefined,
): Promise<AddedWatch> {
  const now = ports.clock.now();
  const fresh: Watch = { ...order, channels: channels ?? defaultChannels, watchId: crypto.randomUUID(), createdAt: now, by };
  const addTo = (before: TeamWatches): [AddedWatch, TeamWatches] => {
    const known = before.watches.find((watch) => isSameOrder(watch, order));
    if (known) {
      permit(known);
      const watch = { ...known, ...(channels && { channels }), ...(order.notifyOn && { notifyOn: order.notifyOn }) };
      return [
        { kind: "known", watch },
        { ...before, watches: before.watches.map((one) => (one === known ? watch : one)) },
      ];
    }
    if (before.watches.length >= MAX_WATCHES) return [{ kind: "too-many", most: MAX_WATCHES }, before];
    return [
      { kind: "created", watch: fresh },
      { ...before, watches: [...before.watches, fresh] },
    ];
  };
  const stored = await ports.table.read(watchesPk(team));
  let [added] = addTo(stored?.kind === "watches" ? stored.record : newTeamWatches(team));
  if (added.kind === "too-many") return added;
  await addTeam(ports, team, order, now);
  await saveOrCreate(ports.table, { kind: "watches", record: newTeamWatches(team) }, (before) => {
    const [outcome, after] = addTo(before);
    added = outcome;
    return after;
  });
  return added;
}

/** Returns the team's watches, the oldest first. */
export async function readWatches(
  { table, pollSegments }: { table: RecordStore & SegmentStore; pollSegments: number },
  team: string,
): Promise<WatchState[]> {
  const [stored, segments] = await Promise.all([table.read(watchesPk(team)), table.readSegments(pollSegments, false)]);
  const watches = stored?.kind === "watches" ? stored.record.watches : [];
  return watches.map((watch) => {
    const times = segments.flatMap(({ lists }) => lists[projectPk(watch)]?.[0] ?? []);
    // A list that was read before the watch was added did not search for its operations.
    const listedAt = times.filter((at) => at >= watch.createdAt).reduce((one, other) => Math.max(one, other), 0);
    return { watch, ...(listedAt > 0 && { listedAt }) };
  });
}

/** Ends a watch. Its jobs are still tracked. Returns undefined if the team has no such watch. `permit` throws if the key may not. */
export async function endWatch(
  { table }: Pick<Deps, "table">,
  team: string,
  watchId: string,
  permit: (watch: Watch) => void = () => undefined,
): Promise<Watch | undefined> {
  let ended: Watch | undefined;
  await saveChange<{ kind: "watches"; record: TeamWatches }>(table, watchesPk(team), (before) => {
    ended = before.watches.find((watch) => watch.watchId === watchId);
    if (ended) permit(ended);
    return ended ? { ...before, watches: before.watches.filter((watch) => watch !== ended) } : before;
  });
  return ended;
}

/** A project without a team begins a new inventory, since nobody has listed it in the meantime. */
async function addTeam({ table }: Deps, team: string, { source, projectId }: ProjectKey, now: number): Promise<void> {
  await saveOrCreate(table, { kind: "project", record: newWatchedProject({ source, projectId }) }, (before): WatchedProject => {
    const since = before.teams[team] ?? 0;
    if (since > now - TEAM_BEFORE_WATCH_MS / 2) return before;
    const teams = { ...before.teams, [team]: now };
    if (Object.keys(before.teams).length > 0) return { ...before, teams };
    const { stockedAt: _, ...kept } = before;
    return { ...kept, teams, inventory: now };
  });
}
