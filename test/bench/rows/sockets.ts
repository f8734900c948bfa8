import { bursts } from "../bursts.ts";
import { median } from "../in-turn.ts";
import type { Row } from "../row.ts";

/** The limit of sockets in this row. */
const CAP = 64;
const ROUNDS = 5;
const CASES = [
  { atOnce: 16, tls: false },
  { atOnce: 64, tls: false },
  { atOnce: 64, tls: true },
  { atOnce: 256, tls: false },
];

/** Counts sockets. Every round must open exactly the expected number. */
export async function sockets(rounds = ROUNDS): Promise<Row[]> {
  const results: { opened: string; baseline: string; exact: boolean }[] = [];
  for (const { atOnce, tls } of CASES) {
    const { ours, baseline } = await bursts({ rounds, polls: 4 * atOnce, atOnce, delayMs: 20, tls, cap: CAP });
    const opened = ours.map((burst) => burst.sockets);
    const handshakes = tls ? ours.map((burst) => burst.handshakes) : opened;
    const wanted = Math.min(atOnce, CAP);
    const what = `${tls ? "TLS " : ""}${atOnce}`;
    results.push({
      opened: `${what}: ${[...new Set([...opened, ...handshakes])].sort((one, other) => one - other).join("/")}`,
      baseline: `${what}: ${median(baseline.map((burst) => burst.sockets))}`,
      exact: [...opened, ...handshakes].every((count) => count === wanted),
    });
  }
  return [
    {
      name: "sockets",
      ours: results.map(({ opened }) => opened).join(", "),
      baseline: `ky ${results.map(({ baseline }) => baseline).join(", ")}`,
      goal: "exactly min(C, cap)",
      met: results.every(({ exact }) => exact),
      note: `sockets and TLS handshakes opened for C at once, cap ${CAP}; ${rounds} rounds each`,
    },
  ];
}
