import type { Example } from "../../functions/api/openapi/document.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, type World } from "../world.ts";

// What the examples of docs/openapi.json show, and what a contract proxy is driven with.

export interface Step extends Omit<Example, "status" | "answer"> {
  method: string;
  /** Not as the contract asks for: a proxy that holds both sides to it would not let it through. */
  isWrong?: true;
  /** The key's own rights: absent for the team's usual key, null for none. */
  key?: string | null;
  status: number;
  before?: (world: World) => unknown;
}

const READER = "sfsjw_test-key-that-reads";

/** Ids as the cloud makes them, so that nothing in an example is drawn at random. */
const IDS = {
  running: "9c4a17c0-extend-01",
  failing: "9c4a17c0-extend-02",
  other: "9c4a17c0-extend-03",
  unknown: "9c4a17c0-extend-99",
};

const start = (script: string, jobId: string) => (world: World) => world.cloud.startJob(script, { jobId, projectId: PROJECT });
const seconds = (count: number) => (world: World) => world.clock.advance(count * 1_000);

export async function prepare(world: World): Promise<void> {
  await addKey(world.table, READER, "storage", { readOnly: true });
}

export const STEPS: Step[] = [
  {
    operation: "getHealth",
    name: "no tick yet",
    method: "GET",
    path: "/health",
    key: null,
    status: 503,
  },
  {
    operation: "registerJob",
    name: "only to see what would come of it",
    method: "POST",
    path: "/jobs?dryRun=true",
    body: { jobId: IDS.running, title: "grow data-01 to 2 TB", labels: { ticket: "OPS-4711" } },
    before: start("slow", IDS.running),
    status: 201,
  },
  {
    operation: "registerJob",
    name: "a job that waits",
    method: "POST",
    path: "/jobs",
    headers: { "idempotency-key": "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de" },
    body: { jobId: IDS.running, title: "grow data-01 to 2 TB", labels: { ticket: "OPS-4711" }, expectedMinutes: 30 },
    status: 201,
  },
  {
    operation: "registerJob",
    name: "the same again",
    method: "POST",
    path: "/jobs",
    headers: { "idempotency-key": "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de" },
    body: { jobId: IDS.running, title: "grow data-01 to 2 TB", labels: { ticket: "OPS-4711" }, expectedMinutes: 30 },
    status: 201,
  },
  {
    operation: "registerJob",
    name: "a key sent with another body",
    method: "POST",
    path: "/jobs",
    headers: { "idempotency-key": "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de" },
    body: { jobId: IDS.running },
    status: 422,
  },
  {
    operation: "registerJob",
    name: "another channel for a known job",
    method: "POST",
    path: "/jobs",
    body: { jobId: IDS.running, channels: ["projects"] },
    status: 200,
  },
  {
    operation: "registerJob",
    name: "a typing mistake in the id",
    method: "POST",
    path: "/jobs",
    body: { jobId: IDS.unknown },
    status: 404,
  },
  {
    operation: "registerJob",
    name: "a field and a channel that do not exist",
    method: "POST",
    path: "/jobs",
    body: { jobId: IDS.running, chanels: ["general"], title: "" },
    isWrong: true,
    status: 422,
  },
  {
    operation: "registerJob",
    name: "a key that may only read",
    method: "POST",
    path: "/jobs",
    key: READER,
    body: { jobId: IDS.running },
    status: 403,
  },
  {
    operation: "registerJob",
    name: "no key",
    method: "POST",
    path: "/jobs",
    key: null,
    body: { jobId: IDS.running },
    isWrong: true,
    status: 401,
  },
  {
    operation: "registerJobs",
    name: "one good job, one of another channel, one that nobody knows",
    method: "POST",
    path: "/jobs/batch",
    body: {
      jobs: [
        { jobId: IDS.failing, title: "grow data-02" },
        { jobId: IDS.other, channels: ["nowhere"] },
        { jobId: IDS.unknown },
      ],
    },
    before: start("fails", IDS.failing),
    status: 207,
  },
  { operation: "listJobs", name: "a page of one job", method: "GET", path: "/jobs?limit=1", status: 200 },
  { operation: "listJobs", name: "the open jobs", method: "GET", path: "/jobs?state=open", status: 200 },
  {
    operation: "listJobs",
    name: "the open jobs with a label",
    method: "GET",
    path: "/jobs?state=open&label=ticket%3DOPS-4711&source=sfs-turbo-job",
    status: 200,
  },
  { operation: "listJobs", name: "a cursor of another listing", method: "GET", path: "/jobs?cursor=abc", status: 422 },
  { operation: "getJob", name: "a job that waits", method: "GET", path: `/jobs/${IDS.running}`, status: 200 },
  { operation: "getJob", name: "a job that nobody registered", method: "GET", path: `/jobs/${IDS.unknown}`, status: 404 },
  {
    operation: "getJob",
    name: "a wait without news",
    method: "GET",
    path: `/jobs/${IDS.running}`,
    headers: { prefer: "wait=1", "if-none-match": '"2"' },
    status: 304,
  },
  {
    operation: "listTransitions",
    name: "the first step of a job",
    method: "GET",
    path: `/jobs/${IDS.running}/transitions?limit=1`,
    status: 200,
  },
  {
    operation: "listTransitions",
    name: "the steps after it",
    method: "GET",
    path: `/jobs/${IDS.running}/transitions?cursor=1`,
    status: 200,
  },
  {
    operation: "changeJob",
    name: "silence a job that is known to be slow",
    method: "PATCH",
    path: `/jobs/${IDS.running}`,
    body: { silence: { until: "2026-11-23T18:00:00Z", reason: "known to be slow, OPS-4711" }, expectedMinutes: 240 },
    status: 200,
  },
  {
    operation: "changeJob",
    name: "a change of what is no longer there",
    method: "PATCH",
    path: `/jobs/${IDS.running}`,
    headers: { "if-match": '"1"' },
    body: { title: null },
    status: 412,
  },
  {
    operation: "refreshJob",
    name: "a job that has failed meanwhile",
    method: "POST",
    path: `/jobs/${IDS.failing}/refresh`,
    before: seconds(600),
    status: 200,
  },
  { operation: "refreshJob", name: "a job that runs", method: "POST", path: `/jobs/${IDS.running}/refresh`, status: 200 },
  { operation: "refreshJob", name: "twice in five seconds", method: "POST", path: `/jobs/${IDS.running}/refresh`, status: 429 },
  {
    operation: "redeliverNotifications",
    name: "nothing was given up",
    method: "POST",
    path: `/jobs/${IDS.failing}/redeliver`,
    before: (world) => world.tick(),
    status: 200,
  },
  {
    operation: "stopJob",
    name: "a job that is watched no longer",
    method: "DELETE",
    path: `/jobs/${IDS.running}`,
    status: 200,
  },
  { operation: "listChannels", name: "two channels", method: "GET", path: "/channels", status: 200 },
  { operation: "testChannel", name: "a message that arrived", method: "POST", path: "/channels/general/test", status: 200 },
  {
    operation: "testChannel",
    name: "a channel that does not exist",
    method: "POST",
    path: "/channels/nowhere/test",
    status: 404,
  },
  { operation: "getHealth", name: "a fresh tick", method: "GET", path: "/health", key: null, status: 200 },
  { operation: "getOpenApi", name: "the document", method: "GET", path: "/openapi.json", key: null, status: 200 },
  { operation: "getDocs", name: "the page", method: "GET", path: "/docs", key: null, status: 200 },
  { operation: "getCommandLine", name: "the command line", method: "GET", path: "/jobwatch.mjs", key: null, status: 200 },
];
