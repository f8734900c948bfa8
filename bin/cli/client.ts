import type { Job, Problem } from "./answers.ts";
import { CommandError, EXIT } from "./errors.ts";
import { type Answer as RawAnswer, send } from "./http.ts";
import { problemText } from "./problem-text.ts";
import { currentService, type Service } from "./service.ts";

/** How long `getPatiently` retries while the service is unavailable. */
const PATIENCE_MS = 5 * 60_000;
/** The pause after the first failed attempt. */
export const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;
/** Each response of the service that is no error has one of these fields. */
const OWN_FIELDS = ["jobId", "jobs", "results", "channels", "watchId", "watches", "outcome"];

interface Answer<Body> {
  status: number;
  headers: Headers;
  /** Empty for status 304. */
  body: Body;
}

/** Sends one request. Any error ends the command with one line and an exit code that shows who has to act. */
export async function callApi<Body>(
  method: string,
  path: string,
  body?: object,
  more: Record<string, string> = {},
): Promise<Answer<Body>> {
  const service = await currentService();
  const { url, key, setting } = service;
  const headers = { Authorization: `Bearer ${key}`, ...(body && { "Content-Type": "application/json" }), ...more };
  const answer = await send(url, path, { method, headers, body: body && JSON.stringify(body) }, setting);
  const { status } = answer;
  if (status === 304) return { status, headers: answer.headers, body: {} as Body };
  const parsed = parseObject(answer.text);
  if (status < 200 || status > 299) throw errorOf(service, answer, parsed as Problem | undefined);
  if (parsed === undefined || !OWN_FIELDS.some((name) => name in parsed))
    throw new CommandError(EXIT.unavailable, `${url} is not an sfs-jobwatch service. Check ${setting}.`);
  return { status, headers: answer.headers, body: parsed as Body };
}

/** The service is unavailable, and is tried again until this time. */
export type OnAway = (reason: string, until: number) => void;

/** Sends a GET request, and retries while the service is unavailable: for 5 minutes, at most until `until`. Reports all failures but the first. */
export async function getPatiently<Body>(
  path: string,
  headers: Record<string, string>,
  until: number,
  onAway: OnAway,
): Promise<Answer<Body>> {
  const deadline = Math.min(Date.now() + PATIENCE_MS, until);
  for (let attempt = 1; ; attempt++) {
    try {
      return await callApi("GET", path, undefined, headers);
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS * attempt, LONGEST_PAUSE_MS);
      const isUnavailable = error instanceof CommandError && error.exit === EXIT.unavailable;
      if (!isUnavailable || Date.now() + pauseMs > deadline) throw error;
      if (attempt > 1) onAway(error.message, deadline);
      await sleep(pauseMs);
    }
  }
}

function errorOf({ url, setting }: Service, { status, headers }: RawAnswer, problem: Problem | undefined): CommandError {
  const after = headers.get("retry-after");
  const again = after === null ? "" : ` Try again in ${after} s.`;
  if (!problem?.title) {
    const text = `${url} answers ${status} and may not be an sfs-jobwatch service. Check ${setting}.${again}`;
    return new CommandError(EXIT.unavailable, text);
  }
  if (status === 401) {
    const check = setting === "JOBWATCH_URL" ? "Check JOBWATCH_KEY" : `Use jobwatch login again for ${setting}`;
    return new CommandError(EXIT.key, `The key was rejected. ${check}, or ask the operators for a new key.`);
  }
  return new CommandError(exitOf(status), problemText(problem) + (problem.type === "unavailable" ? again : ""));
}

function exitOf(status: number): number {
  if (status === 403) return EXIT.key;
  return status === 429 || status >= 500 || status < 400 ? EXIT.unavailable : EXIT.rejected;
}

/** Returns undefined if the text is not a JSON object or list. */
function parseObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns `?name=value&...` without the undefined values; "" if none is left. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? "" : `?${query}`;
}

export function jobPath(
  jobId: string,
  { project, source }: { project?: string | undefined; source?: string | undefined },
): string {
  return `/jobs/${encodeURIComponent(jobId)}${queryOf({ projectId: project, source })}`;
}

/** Returns the address of a job's page. */
export async function pageOf({ jobId, projectId, source }: Pick<Job, "jobId" | "projectId" | "source">): Promise<string> {
  return `${(await currentService()).url}${jobPath(jobId, { project: projectId, source })}`;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}
