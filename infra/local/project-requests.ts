import type { Answer } from "./answer.ts";
import type { Backups } from "./backups.ts";
import type { Jobs } from "./jobs.ts";
import { dig } from "./listen.ts";
import type { Lists } from "./lists.ts";
import { OTHER_SERVICES } from "./other-services.ts";
import { changeShare, createShare, deleteShare } from "./share-requests.ts";
import type { Shares } from "./shares.ts";

// The requests of the cloud's services. Each belongs to a project and needs a token or a signature for it.

export interface ProjectParts {
  jobs: Jobs;
  shares: Shares;
  backups: Backups;
  lists: Lists;
}

interface Request {
  projectId: string;
  /** The id in the path. */
  id: string;
  query: string;
  body: string;
}

interface Route {
  method: string;
  path: RegExp;
  answer(request: Request, parts: ProjectParts): Answer;
}

const SHARES = "/v1/(?<projectId>[^/]+)/sfs-turbo/shares";
const ROUTES: Route[] = [
  {
    method: "GET",
    path: /^\/v1\/(?<projectId>[^/]+)\/sfs-turbo\/jobs\/(?<id>[^/]+)$/,
    answer: ({ id, projectId }, { jobs }) => jobs.poll(decoded(id), projectId),
  },
  {
    method: "GET",
    path: new RegExp(`^${SHARES}/detail$`),
    answer: ({ projectId, query }, { lists }) => lists.answer("sfs-turbo-share", projectId, query),
  },
  {
    method: "GET",
    path: new RegExp(`^${SHARES}/(?<id>[^/]+)$`),
    answer: ({ projectId, id }, { shares }) => shares.poll(id, projectId),
  },
  {
    method: "POST",
    path: new RegExp(`^${SHARES}$`),
    answer: ({ projectId, body }, { shares }) => createShare(projectId, body, shares),
  },
  {
    method: "POST",
    path: new RegExp(`^${SHARES}/(?<id>[^/]+)/action$`),
    answer: ({ projectId, id, body }, { shares }) => changeShare(projectId, id, body, shares),
  },
  {
    method: "DELETE",
    path: new RegExp(`^${SHARES}/(?<id>[^/]+)$`),
    answer: ({ projectId, id }, { shares }) => deleteShare(projectId, id, shares),
  },
  {
    method: "GET",
    path: /^\/v1\/(?<projectId>[^/]+)\/sfs-turbo\/(?:[^/]+\/hpc-cache|shares\/[^/]+\/fs\/dir-usage)\/tasks?\/(?<id>[^/]+)$/,
    answer: ({ projectId, id }, { jobs }) => asTask(jobs.poll(id, projectId)),
  },
  {
    method: "GET",
    path: /^\/cbr\/v3\/(?<projectId>[^/]+)\/operation-logs$/,
    answer: ({ projectId, query }, { lists }) => lists.answer("cbr-log", projectId, query),
  },
];

/** Returns the project that a request names and its answer, or undefined if the path is none of these. */
export function projectRequest(
  method: string,
  url: string,
  body: string,
  parts: ProjectParts,
): { projectId: string; answer: () => Answer } | undefined {
  const [path = "", query = ""] = url.split("?");
  for (const route of ROUTES) {
    const groups = method === route.method ? route.path.exec(path)?.groups : undefined;
    if (groups === undefined) continue;
    const { projectId = "", id = "" } = groups;
    return { projectId, answer: () => route.answer({ projectId, id, query, body }, parts) };
  }
  return method === "GET" ? otherPoll(url, parts) : undefined;
}

/** Polls a job of another service. The ids of some are in the query. */
function otherPoll(url: string, { jobs, backups }: ProjectParts): { projectId: string; answer: () => Answer } | undefined {
  for (const [source, shape] of Object.entries(OTHER_SERVICES)) {
    const { projectId, jobId } = shape.path.exec(url)?.groups ?? {};
    if (projectId === undefined || jobId === undefined) continue;
    const logged = () => (source === "cbr-log" ? backups.poll(jobId, projectId) : undefined);
    return { projectId, answer: () => logged() ?? jobs.poll(jobId, projectId, source) };
  }
  return undefined;
}

const TASK_STATUS: Record<string, string> = { waiting: "DOING", running: "DOING", success: "SUCCESS", failed: "FAIL" };

/** Translates a job's answer into the format of the task APIs. */
function asTask(answer: Answer): Answer {
  if ((answer.status ?? 200) !== 200) return answer;
  const job = answer.body;
  const [status = ""] = [dig(job, "status")].map(String);
  return {
    ...answer,
    body: {
      task_id: dig(job, "job_id"),
      type: "export",
      status: TASK_STATUS[status] ?? status,
      start_time: dig(job, "begin_time"),
      end_time: dig(job, "end_time"),
      message: dig(job, "fail_reason") ?? "",
    },
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
