import { observationOfJob } from "../../../lib/adapters/cloud/sources/sfs-turbo/job-details.ts";
import { jobBody } from "../cloud-body.ts";

// Warm figures of two steps: JSON.parse of an answer, and turning the parsed body into an observation.

export interface Parsing {
  parseNs: number;
  observeNs: number;
}

const [subJobs = 0, rounds = 0, times = 0] = process.argv.slice(2).map(Number);
const ids = Array.from({ length: 64 }, (_, index) => `4e9e8c3f-7d1f-4e5a-9a52-${String(index).padStart(12, "0")}`);
const bodies = ids.map((id) => jobBody(id, subJobs));
const parsed: unknown[] = bodies.map((body) => JSON.parse(body));
let kept: unknown;

function nanoseconds(work: (index: number) => unknown): number {
  const startedAt = process.hrtime.bigint();
  for (let index = 0; index < times; index++) kept = work(index & 63);
  return Number(process.hrtime.bigint() - startedAt) / times;
}

const parse = () => nanoseconds((index) => JSON.parse(bodies[index] ?? ""));
const observe = () => nanoseconds((index) => observationOfJob(parsed[index], ids[index] ?? ""));
parse();
observe();
const figures: Parsing[] = Array.from({ length: rounds }, () => ({ parseNs: parse(), observeNs: observe() }));
if (kept === undefined) throw new Error("nothing was parsed");
process.send?.(figures);
