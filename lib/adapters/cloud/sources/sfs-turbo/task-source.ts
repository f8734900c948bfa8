import type { Observation } from "../../../../domain/job/job.ts";
import type { TaskFeature } from "../../../../domain/job/sources.ts";
import type { CloudState } from "../../../../domain/job/states.ts";
import { isObject } from "../../../../domain/json.ts";
import type { Source } from "../../../../ports.ts";
import type { ResponseParser } from "../../http/answer.ts";
import type { CloudClient } from "../../http/client.ts";
import { isOtherId, MAX_REASON, present } from "../../http/field-limits.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";
import { createSource } from "../source.ts";

const STATES = new Map<string, CloudState>([
  ["success", "success"],
  ["doing", "running"],
  ["deleting", "running"],
  ["fail", "failed"],
]);

/** Imports and exports of the HPC cache, and directory usage: both have a `task_id`. */
export function createTaskSource(cloudClient: CloudClient, endpoint: string): Source {
  return createSource(cloudClient, {
    name: "sfs-turbo-task",
    endpoint,
    path: (projectId, jobId) => `/v1/${projectId}/sfs-turbo/${pathOf(jobId)}`,
    parser: taskParser,
  });
}

function taskParser(jobId: string): ResponseParser {
  const { feature, taskId } = partsOf(jobId);
  const missing = MISSING_CODES["sfs-turbo-task"];
  return { upstream: "the task API", missing, seen: (body) => observationOfTask(body, feature, taskId) };
}

function pathOf(jobId: string): string {
  const { shareId, feature, taskId } = partsOf(jobId);
  return feature === "hpc-cache" ? `${shareId}/hpc-cache/task/${taskId}` : `shares/${shareId}/fs/${feature}/tasks/${taskId}`;
}

/** `<shareId>.<feature>.<taskId>` */
function partsOf(jobId: string): { shareId: string; feature: TaskFeature; taskId: string } {
  const [shareId = "", feature = "", taskId = ""] = jobId.split(".");
  return { shareId, feature: feature as TaskFeature, taskId };
}

function observationOfTask(body: unknown, feature: TaskFeature, taskId: string): Observation {
  if (!isObject(body)) return unreachable("invalid-response", "the response is not a JSON object");
  if (isOtherId(body.task_id, taskId)) return unreachable("invalid-response", "the response describes another task");
  const word = typeof body.status === "string" ? cleanText(body.status, 64) : undefined;
  if (word === undefined) return unreachable("invalid-response", "the response has no status");
  const state = STATES.get(word.toLowerCase());
  const usage = isObject(body.dir_usage) ? body.dir_usage : {};
  return {
    kind: "seen",
    ...(state === undefined ? { unknownStatus: word } : { state }),
    jobType: jobTypeOf(feature, body.type),
    ...present({
      beginTime: parseCloudTime(body.begin_time) ?? parseCloudTime(body.start_time),
      endTime: parseCloudTime(body.end_time),
      // Successful tasks have a message too.
      failReason: state === "failed" ? cleanText(body.message ?? usage.message, MAX_REASON) : undefined,
    }),
    subJobs: [],
  };
}

function jobTypeOf(feature: TaskFeature, type: unknown): string {
  if (feature === "dir-usage") return "dir_usage";
  const kind = cleanText(type, 50);
  return kind === undefined ? "hpc_cache" : `hpc_cache_${kind}`;
}
