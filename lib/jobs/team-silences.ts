import { MAX_SILENCES, type TeamSilence } from "../domain/job/team-silence.ts";
import { newTeamSilences, type TeamSilences } from "../domain/job/team-silences.ts";
import { silencesPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveChange, saveOrCreate } from "../shared/save-record.ts";
import type { RecordStore } from "../table-ports.ts";

type Deps = Pick<Ports, "clock" | "silences"> & { table: RecordStore };
type StoredSilences = { kind: "silences"; record: TeamSilences };

/** Returns the team's silences that are not over, oldest first. */
export async function readSilences({ table, clock }: Deps, team: string): Promise<TeamSilence[]> {
  const stored = await table.read(silencesPk(team));
  return stored?.kind === "silences" ? active(stored.record, clock.now()) : [];
}

/** Returns undefined if the team may have no more silences; then nothing is changed. */
export async function addSilence(
  { table, clock, silences }: Deps,
  team: string,
  given: Omit<TeamSilence, "silenceId">,
): Promise<TeamSilence | undefined> {
  const silence: TeamSilence = { silenceId: crypto.randomUUID(), ...given };
  let isAdded = false;
  await saveOrCreate<StoredSilences>(table, { kind: "silences", record: newTeamSilences(team) }, (before) => {
    const kept = active(before, clock.now());
    isAdded = kept.length < MAX_SILENCES;
    return isAdded ? { ...before, silences: [...kept, silence] } : before;
  });
  silences.changed(team);
  return isAdded ? silence : undefined;
}

/** Returns the ended silence; undefined if the team has no such silence. */
export async function endSilence(
  { table, clock, silences }: Deps,
  team: string,
  silenceId: string,
): Promise<TeamSilence | undefined> {
  let ended: TeamSilence | undefined;
  await saveChange<StoredSilences>(table, silencesPk(team), (before) => {
    const kept = active(before, clock.now());
    ended = kept.find((silence) => silence.silenceId === silenceId);
    return ended ? { ...before, silences: kept.filter((silence) => silence !== ended) } : before;
  });
  silences.changed(team);
  return ended;
}

function active({ silences }: TeamSilences, now: number): TeamSilence[] {
  return silences.filter(({ until }) => until > now);
}
