import { countLife, countPolls } from "../counts.ts";
import type { Row } from "../row.ts";

export async function writesPerPoll(): Promise<Row[]> {
  const { polls, jobWrites } = await countPolls();
  return [
    {
      name: "writes per poll",
      ours: `${jobWrites} units`,
      baseline: "due-time index 3 units",
      goal: "0",
      met: polls > 0 && jobWrites === 0,
      note: `${polls} unchanged polls of a tick on DynamoDB Local`,
    },
  ];
}

export async function writesPerJob(): Promise<Row[]> {
  const { job, beside, besideSum } = await countLife(1);
  const ten = await countLife(10);
  const parts = Object.entries(beside).map(([kind, units]) => `${kind} ${units}`);
  return [
    {
      name: "writes per job",
      ours: `${job} / ${besideSum} units`,
      baseline: "the goal itself",
      goal: "<= 9 / <= 2",
      met: job <= 9 && besideSum <= 2,
      note: `register, running, success, delivered, all indexes counted by DynamoDB Local / besides: ${parts.join(", ")}; if ten of a type end in one tick ${ten.job} / ${ten.besideSum.toFixed(1)}`,
    },
  ];
}

export async function readsPerTick(): Promise<Row[]> {
  const { sweepReads, sweepReadsWithFinished, countedReads, countedReadsWithFinished, openJobs, finishedJobs } =
    await countPolls();
  return [
    {
      name: "reads per tick",
      ours: `${sweepReads} / ${sweepReadsWithFinished} units`,
      baseline: "full scan: grows with kept items",
      goal: "<= 26 / equal",
      met: sweepReads <= 26 && sweepReads === sweepReadsWithFinished && countedReads === countedReadsWithFinished,
      note: `one sweep over ${openJobs} open jobs / with ${finishedJobs.toLocaleString("en")} finished ones kept, by the size of the index entries as AWS charges them; DynamoDB Local counts ${countedReads} / ${countedReadsWithFinished}, because it charges index scans for whole items`,
    },
  ];
}
