import { bundle } from "../bundle.ts";
import { inFreshProcess } from "../fresh-process.ts";
import { median } from "../in-turn.ts";
import type { Parsing } from "../processes/parse.ts";
import type { Row } from "../row.ts";

const ENTRY = "test/bench/processes/parse.ts";
const ROUNDS = 9;
const TIMES = 40_000;
const SUB_JOBS = [0, 5];

export async function answerParsing(): Promise<Row[]> {
  const bundles = await bundle([ENTRY]);
  try {
    const results: { subJobs: number; observeNs: number; parseNs: number; ratio: number }[] = [];
    for (const subJobs of SUB_JOBS) {
      const rounds = await inFreshProcess<Parsing[]>(bundles.file(ENTRY), [subJobs, ROUNDS, TIMES].map(String));
      results.push({
        subJobs,
        observeNs: median(rounds.map((round) => round.observeNs)),
        parseNs: median(rounds.map((round) => round.parseNs)),
        ratio: median(rounds.map((round) => round.observeNs / round.parseNs)),
      });
    }
    const ratio = Math.max(...results.map((one) => one.ratio));
    return [
      {
        name: "answer parsing",
        ours: results.map(({ observeNs }) => `${observeNs.toFixed(0)} ns`).join(", "),
        baseline: `JSON.parse ${results.map(({ parseNs }) => `${parseNs.toFixed(0)} ns`).join(", ")}`,
        ratio,
        goal: "<= 0.3 x",
        met: ratio <= 0.3,
        note: `bodies of ${SUB_JOBS.join(" and ")} sub jobs: ${results.map((one) => `${one.ratio.toFixed(2)} x`).join(", ")}; the worse one counts`,
      },
    ];
  } finally {
    await bundles.remove();
  }
}
