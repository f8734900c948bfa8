/** One line of the table of `npm run bench`. */
export interface Row {
  name: string;
  ours: string;
  /** What it is compared with: another program or a limit. */
  baseline: string;
  ratio?: number;
  goal: string;
  met: boolean;
  note?: string;
}
