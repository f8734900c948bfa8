import type { Example } from "../../functions/api/openapi/document.ts";
import { watchesPk } from "../../lib/domain/table-keys.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, type World } from "../world.ts";

// The requests behind the examples of docs/openapi.json. The contract proxy runs them too.

export interface Step extends Omit<Example, "status" | "answer"> {
  method: string;
  /** Deliberately violates the contract. A contract proxy would reject it. */
  isWrong?: true;
  /** The key to use; absent for the team's default key, null for no key. */
  key?: string | null;
  status: number;
  before?: (world: World) => unknown;
}

const READER = "sfsjw_test-key-that-reads";

/** Fixed ids in the cloud's form, so that the examples do not change. */
const IDS = {
  running: "9c4a17c0-extend-01",
  failing: "9c4a17c0-extend-02",
  other: "9c4a17c0-extend-03",
  unknown: "9c4a17c0-extend-99",
};

const start = (script: string, jobId: string) => (world: World) => world.cloud.startJob(script, { jobId, projectId: PROJECT });
const seconds = (count: number) => (world: World) => world.clock.advance(count * 1_000);

const WATCH_ID = "6b1f2f0e-6d0f-4b0e-9a53-0a4b8e1f7c21";

/** Gives the team's first watch a fixed id, so that the examples do not change. */
async function nameWatch({ services: { table } }: World): Promise<void> {
  const found = await table.read(watchesPk("storage"));
  if (found?.kind !== "watches") throw new Error("there is no watch");
  const watches = found.record.watches.map((watch, index) => (index === 0 ? { ...watch, watchId: WATCH_ID } : watch));
  await table.save({ ...found, record: { ...found.record, watches } });
}

export async function prepare(world: World): Promise<void> {
  await addKey(world.table, READER, "storage", { readOnly: true });
}

export const STEPS: Step[] = [
  {
    operation: "getHealth",
    name: "before the first tick",
    method: "GET",
    path: "/health",
    key: null,
    status: 503,
  },
  {
    operation: "registerJob",
    name: "dry run",
    method: "POST",
    path: "/jobs?dryRun=true",
    body: { jobId: IDS.running, title: "grow data-01 to 2 TB", labels: { ticket: "OPS-4711" } },
    before: start("slow", IDS.running),
    status: 201,
  },
  {
    operation: "registerJob",
    name: "new job",
    method: "POST",
    path: "/jobs",
    headers: { "idempotency-key": "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de" },
    body: { jobId: IDS.running, title: "grow data-01 to 2 TB", labels: { ticket: "OPS-4711" }, expectedMinutes: 30 },
    status: 201,
  },
  {
    operation: "registerJob",
    name: "repeat with the same Idempotency-Key",
    method: "POST",
    path: "/jobs",
    headers: { "idempotency-key": "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de" },
    body: { jobId: IDS.running, title: "grow data-01 to 2 TB", labels: { ticket: "OPS-4711" }, expectedMinutes: 30 },
    status: 201,
  },
  {
    operation: "registerJob",
    name: "the same Idempotency-Key with another body",
    method: "POST",
    path: "/jobs",
    headers: { "idempotency-key": "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de" },
    body: { jobId: IDS.running },
    status: 422,
  },
  {
    operation: "registerJob",
    name: "additional channel for a known job",
    method: "POST",
    path: "/jobs",
    body: { jobId: IDS.running, channels: ["projects"] },
    status: 200,
  },
  {
    operation: "registerJob",
    name: "unknown id",
    method: "POST",
    path: "/jobs",
    body: { jobId: IDS.unknown },
    status: 404,
  },
  {
    operation: "registerJob",
    name: "unknown field and empty title",
    method: "POST",
    path: "/jobs",
    body: { jobId: IDS.running, chanels: ["general"], title: "" },
    isWrong: true,
    status: 422,
  },
  {
    operation: "registerJob",
    name: "read-only key",
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
    name: "a new job, an unknown channel, an unknown id",
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
  { operation: "listJobs", name: "page of one job", method: "GET", path: "/jobs?limit=1", status: 200 },
  { operation: "listJobs", name: "open jobs", method: "GET", path: "/jobs?state=open", status: 200 },
  {
    operation: "listJobs",
    name: "open jobs with a label",
    method: "GET",
    path: "/jobs?state=open&label=ticket%3DOPS-4711&source=sfs-turbo-job",
    status: 200,
  },
  { operation: "listJobs", name: "invalid cursor", method: "GET", path: "/jobs?cursor=abc", status: 422 },
  { operation: "getJob", name: "waiting job", method: "GET", path: `/jobs/${IDS.running}`, status: 200 },
  { operation: "getJob", name: "job that is not registered", method: "GET", path: `/jobs/${IDS.unknown}`, status: 404 },
  {
    operation: "getJob",
    name: "wait without changes",
    method: "GET",
    path: `/jobs/${IDS.running}`,
    headers: { prefer: "wait=1", "if-none-match": '"2"' },
    status: 304,
  },
  {
    operation: "listTransitions",
    name: "first page",
    method: "GET",
    path: `/jobs/${IDS.running}/transitions?limit=1`,
    status: 200,
  },
  {
    operation: "listTransitions",
    name: "next page",
    method: "GET",
    path: `/jobs/${IDS.running}/transitions?cursor=1`,
    status: 200,
  },
  {
    operation: "changeJob",
    name: "silence a slow job",
    method: "PATCH",
    path: `/jobs/${IDS.running}`,
    body: { silence: { until: "2026-11-23T18:00:00Z", reason: "known to be slow, OPS-4711" }, expectedMinutes: 240 },
    status: 200,
  },
  {
    operation: "changeJob",
    name: "pause it for a maintenance",
    method: "PATCH",
    path: `/jobs/${IDS.running}`,
    body: { pause: { until: "2026-11-23T14:00:00Z", reason: "maintenance of the storage" } },
    status: 200,
  },
  {
    operation: "changeJob",
    name: "resume it",
    method: "PATCH",
    path: `/jobs/${IDS.running}`,
    body: { pause: null },
    status: 200,
  },
  {
    operation: "changeJob",
    name: "outdated If-Match",
    method: "PATCH",
    path: `/jobs/${IDS.running}`,
    headers: { "if-match": '"1"' },
    body: { title: null },
    status: 412,
  },
  {
    operation: "refreshJob",
    name: "job that has failed",
    method: "POST",
    path: `/jobs/${IDS.failing}/refresh`,
    before: seconds(600),
    status: 200,
  },
  { operation: "refreshJob", name: "running job", method: "POST", path: `/jobs/${IDS.running}/refresh`, status: 200 },
  {
    operation: "refreshJob",
    name: "second check within 5 seconds",
    method: "POST",
    path: `/jobs/${IDS.running}/refresh`,
    status: 429,
  },
  {
    operation: "redeliverNotifications",
    name: "nothing has expired",
    method: "POST",
    path: `/jobs/${IDS.failing}/redeliver`,
    before: (world) => world.tick(),
    status: 200,
  },
  {
    operation: "addSilence",
    name: "a failure that is known",
    method: "POST",
    path: "/silences",
    body: { labels: { env: "dev" }, errorCode: "SFS.TURBO.0105", until: "2026-11-25T18:00:00Z", reason: "quota, OPS-4712" },
    status: 201,
  },
  {
    operation: "endSilence",
    name: "a silence that does not exist",
    method: "DELETE",
    path: "/silences/0d4c2a53-1f8e-4a5b-8f6e-2f0a4b8e1f7c",
    status: 404,
  },
  { operation: "listSilences", name: "the silences of the team", method: "GET", path: "/silences", status: 200 },
  {
    operation: "redeliverSince",
    name: "nothing has expired since then",
    method: "POST",
    path: "/redeliver",
    body: { since: "2026-11-20T00:00:00Z", channel: "general" },
    status: 200,
  },
  {
    operation: "stopJob",
    name: "stop a running job",
    method: "DELETE",
    path: `/jobs/${IDS.running}`,
    status: 200,
  },
  {
    operation: "addWatch",
    name: "growing shares of one team",
    method: "POST",
    path: "/watches",
    body: { source: "sfs-turbo-share", operations: ["extend"], names: ["data-*"], tags: { team: "blue" } },
    status: 201,
  },
  {
    operation: "addWatch",
    name: "the same operations with another channel",
    method: "POST",
    path: "/watches",
    body: {
      ...{ source: "sfs-turbo-share", operations: ["extend"], names: ["data-*"], tags: { team: "blue" } },
      channels: ["projects"],
    },
    status: 200,
  },
  {
    operation: "addWatch",
    name: "missing right in the cloud",
    method: "POST",
    path: "/watches",
    body: { source: "cbr-log", operations: ["backup", "restore"], notifyOn: ["failed"] },
    before: (world) => world.cloud.lists.fail("cbr-log", "missing-right"),
    status: 202,
  },
  {
    operation: "addWatch",
    name: "source that cannot be watched",
    method: "POST",
    path: "/watches",
    body: { source: "ecs-job" },
    isWrong: true,
    status: 422,
  },
  { operation: "listWatches", name: "two watches", method: "GET", path: "/watches", before: nameWatch, status: 200 },
  { operation: "getWatch", name: "watch", method: "GET", path: `/watches/${WATCH_ID}`, status: 200 },
  { operation: "endWatch", name: "watch", method: "DELETE", path: `/watches/${WATCH_ID}`, status: 200 },
  { operation: "getWatch", name: "ended watch", method: "GET", path: `/watches/${WATCH_ID}`, status: 404 },
  { operation: "endWatch", name: "ended watch", method: "DELETE", path: `/watches/${WATCH_ID}`, status: 404 },
  { operation: "listChannels", name: "two channels", method: "GET", path: "/channels", status: 200 },
  { operation: "testChannel", name: "delivered message", method: "POST", path: "/channels/general/test", status: 200 },
  {
    operation: "testChannel",
    name: "unknown channel",
    method: "POST",
    path: "/channels/nowhere/test",
    status: 404,
  },
  { operation: "getHealth", name: "after a tick", method: "GET", path: "/health", key: null, status: 200 },
  { operation: "getOpenApi", name: "document", method: "GET", path: "/openapi.json", key: null, status: 200 },
  { operation: "getDocs", name: "page", method: "GET", path: "/docs", key: null, status: 200 },
  { operation: "getCommandLine", name: "command line", method: "GET", path: "/jobwatch.mjs", key: null, status: 200 },
];
