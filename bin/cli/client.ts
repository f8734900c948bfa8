import type { Problem } from "./answers.ts";
import { CommandError, EXIT, usageError } from "./errors.ts";
import { problemText } from "./problem-text.ts";

const TIMEOUT_MS = 40_000;
/** How long `getPatiently` retries while the service is unavailable. */
const PATIENCE_MS = 5 * 60_000;
/** The pause after the first failed attempt. */
export const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;
/** Each response of the service has it. A response without it is a gateway's or another server's. */
const OWN_HEADER = "x-correlation-id";

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
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const { url, key } = readService();
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, ...(body && { "Content-Type": "application/json" }), ...headers },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body && { body: JSON.stringify(body) }),
  }).catch(({ name, cause }) => {
    const why = cause?.code ?? cause?.message ?? name;
    throw new CommandError(EXIT.unavailable, `The service at ${url} does not answer (${why}). Check JOBWATCH_URL.`);
  });
  const answer = parseObject(await response.text().catch(() => ""));
  const { status } = response;
  if (status === 304) return { status, headers: response.headers, body: {} as Body };
  if (!response.ok) throw errorOf(url, response, answer as Problem | undefined);
  if (answer === undefined || !response.headers.has(OWN_HEADER))
    throw new CommandError(EXIT.unavailable, `${url} is not an sfs-jobwatch service. Check JOBWATCH_URL.`);
  return { status, headers: response.headers, body: answer as Body };
}

/** Sends a GET request, and retries while the service is unavailable: for 5 minutes, at most until `until`. */
export async function getPatiently<Body>(path: string, headers: Record<string, string>, until: number): Promise<Answer<Body>> {
  const deadline = Math.min(Date.now() + PATIENCE_MS, until);
  for (let attempt = 1; ; attempt++) {
    try {
      return await callApi("GET", path, undefined, headers);
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS * attempt, LONGEST_PAUSE_MS);
      const isUnavailable = error instanceof CommandError && error.exit === EXIT.unavailable;
      if (!isUnavailable || Date.now() + pauseMs > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}

function errorOf(url: string, { status, headers }: Response, problem: Problem | undefined): CommandError {
  const after = headers.get("retry-after");
  const again = after === null ? "" : ` Try again in ${after} s.`;
  if (!problem?.title) {
    const text = `${url} answers ${status} and may not be an sfs-jobwatch service. Check JOBWATCH_URL.${again}`;
    return new CommandError(EXIT.unavailable, text);
  }
  if (status === 401)
    return new CommandError(EXIT.key, "The key was rejected. Check JOBWATCH_KEY, or ask the operators for a new key.");
  return new CommandError(exitOf(status), problemText(problem) + (problem.type === "unavailable" ? again : ""));
}

function exitOf(status: number): number {
  if (status === 403) return EXIT.key;
  return status === 429 || status >= 500 || status < 400 ? EXIT.unavailable : EXIT.rejected;
}

function readService(): { url: string; key: string } {
  const url = (process.env.JOBWATCH_URL ?? "").trim().replace(/\/+$/, "");
  const key = (process.env.JOBWATCH_KEY ?? "").trim();
  if (url === "") throw usageError("Set JOBWATCH_URL to the address of the service, such as https://jobwatch.example.com.");
  if (!/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(url) || !URL.canParse(url))
    throw usageError("JOBWATCH_URL must be an address that begins with https://, such as https://jobwatch.example.com.");
  if (!keepsKeySecret(new URL(url)))
    throw usageError(
      "JOBWATCH_URL must begin with https://. http would send your key unencrypted, and works only for this machine.",
    );
  if (!/^[\x21-\x7e]+$/.test(key)) throw usageError("Set JOBWATCH_KEY to your team's key, such as sfsjw_...");
  return { url, key };
}

/** Returns true if the key is encrypted or stays on this machine. */
function keepsKeySecret({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
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

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}
