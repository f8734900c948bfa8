import type { Noticed } from "../health/operator-notice.ts";
import type { TeamSilence } from "./team-silence.ts";

/** The silences of one team, oldest first. Those that are over are removed with the next change. */
export interface TeamSilences extends Noticed {
  team: string;
  silences: TeamSilence[];
  version: number;
}

export function newTeamSilences(team: string): TeamSilences {
  return { team, silences: [], transitions: [], notifications: [], version: 0 };
}
