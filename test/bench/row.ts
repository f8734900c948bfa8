/** One line of the table of `npm run bench`. */
export interface Row {
  name: string;
  ours: string;
  /** What it is held against: a peer or a limit. */
  peer: string;
  ratio?: number;
  goal: string;
  met: boolean;
  note?: string;
}
