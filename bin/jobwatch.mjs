#!/usr/bin/env node
// @ts-check
// The command line of sfs-jobwatch: one file for Node 20 or newer, without dependencies. The service serves it at `GET /jobwatch.mjs`.

import { parseArgs } from "node:util";

const HELP = `jobwatch: track SFS Turbo jobs and wait until they end

  jobwatch add <jobId>...         register jobs; - reads ids or the cloud's JSON answer from standard input
      --title <text>  --channel <name>...  --notify-on <kind,kind>  --expected-minutes <n>  --label <name=value>...
      --runbook <url>  --project <id>  --no-verify (even if the cloud does not know it yet)  --wait [--timeout <duration>]
      --source <name>  --operation <name>  --share <id>  --feature <name>   for shares, tasks and other services: docs/sources.md
  jobwatch list                   list your team's newest jobs  [--state <state|open|late>] [--type <name>] [--label <name[=value]>]
      [--source <name>] [--limit <n>]
  jobwatch show <jobId>           show a job, its steps and its notifications
  jobwatch wait <jobId>           wait until a job has ended: exit 0 success, 1 failed, 2 lost, stopped or timed out  [--timeout <duration>]
  jobwatch stop <jobId>           stop tracking a job
  jobwatch channels               list your channels and their state
  jobwatch test-channel <name>    send a test message; its delivery resumes a suspended channel

Set JOBWATCH_URL to the address of the service and JOBWATCH_KEY to your team's key. --json prints the service's answer.
--project <id> and --source <name> select among jobs with the same id. A duration is a number with a unit: 90s, 30m or 2h.
Other exit codes: 64 wrong usage, 65 the service rejected the request, 69 the service is unavailable, 77 the key was rejected.`;

const EXIT = /** @type {const} */ ({ failed: 1, notEnded: 2, usage: 64, rejected: 65, unavailable: 69, key: 77 });
const ENDED = new Set(["success", "failed", "lost", "stopped"]);
/** The longest wait of one request. The service answers within 25 s. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = 40_000;
/** While waiting for a job, requests to an unavailable service are retried for this long. */
const PATIENCE_MS = 5 * 60_000;
const PAUSE_MS = 5_000;
/** The service's maximum batch size. */
const BATCH = 25;
/** The request field of the id, for sources whose ids are not job ids. */
const ID_FIELDS = new Map([
  ["sfs-turbo-share", "shareId"],
  ["sfs-turbo-task", "taskId"],
]);

/** The fields of the id in the cloud's answers. */
const ANSWER_FIELDS = new Map([
  ["sfs-turbo-share", ["shareId", "share_id", "id"]],
  ["sfs-turbo-task", ["taskId", "task_id"]],
]);
/** The id of a job, a task or a share. */
const ID = /^[A-Za-z0-9][\w.-]{0,127}$/;

/** @typedef {Record<string, any>} Json an answer of the service, as described in /openapi.json */
/** @typedef {{ status: number, body: Json, headers: Headers }} Answer */
/** @typedef {Record<string, string | boolean | (string | boolean)[] | undefined>} Options */

class Stop extends Error {
  /** @param {number} exit @param {string} message */
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
}

const TEXT = /** @type {const} */ ({ type: "string" });
const TEXTS = /** @type {const} */ ({ type: "string", multiple: true });
const FLAG = /** @type {const} */ ({ type: "boolean" });
const COMMON = { json: FLAG, help: FLAG };
const NAMED = { ...COMMON, project: TEXT, source: TEXT };
const CHOSEN = { title: TEXT, channel: TEXTS, "notify-on": TEXT, "expected-minutes": TEXT, label: TEXTS, runbook: TEXT };
const COMMANDS = /** @type {const} */ ({
  add: {
    run: add,
    options: { ...NAMED, ...CHOSEN, operation: TEXT, share: TEXT, feature: TEXT, "no-verify": FLAG, wait: FLAG, timeout: TEXT },
  },
  list: { run: list, options: { ...COMMON, state: TEXT, type: TEXT, label: TEXT, source: TEXT, limit: TEXT } },
  show: { run: show, options: NAMED },
  wait: { run: wait, options: { ...NAMED, timeout: TEXT } },
  stop: { run: stop, options: NAMED },
  channels: { run: channels, options: COMMON },
  "test-channel": { run: testChannel, options: COMMON },
});

/** @param {string[]} args @param {Options} options */
async function add(args, options) {
  const ids = (
    await Promise.all(args.map(async (arg) => (arg === "-" ? idsOf(await standardInput(), options.source) : [arg])))
  ).flat();
  if (ids.length === 0) throw usage("Name a job: jobwatch add <jobId>. Use - to read ids from standard input.");
  const results = await register(ids, chosenOf(options));
  const jobs = results.flatMap(({ job }) => job ?? []);
  printProblems(results);
  const isWaited = options.wait && jobs.length === ids.length;
  if (options.json && !isWaited) print(JSON.stringify(ids.length === 1 && jobs.length === 1 ? jobs[0] : { jobs }));
  else if (!options.json) for (const job of jobs) print(`tracking ${lineOf(job)}`);
  if (jobs.length < ids.length) return EXIT.rejected;
  if (!isWaited) return 0;
  const exits = jobs.map((job) => waitFor(job.jobId, { ...options, project: job.projectId, source: job.source }));
  return Math.max(...(await Promise.all(exits)));
}

/** Prints rejected jobs, and jobs that were registered without a status. @param {Json[]} results */
function printProblems(results) {
  for (const { id, problem, job } of results) {
    if (problem) printError(`${id}: ${problemText(problem, /^\/jobs\/\d+/)}`);
    if (job?.lastPoll) printError(`${job.jobId}: ${noNewsText(job.lastPoll)}`);
  }
}

/** @param {string[]} ids @param {Json} chosen @returns {Promise<Json[]>} */
async function register(ids, chosen) {
  const field = ID_FIELDS.get(chosen.source) ?? "jobId";
  // Only for a single unknown id, the service searches other sources too.
  if (ids.length === 1) return [{ id: ids[0], job: (await callApi("POST", "/jobs", { ...chosen, [field]: ids[0] })).body }];
  const results = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const part = ids.slice(from, from + BATCH);
    const { body } = await callApi("POST", "/jobs/batch", { jobs: part.map((id) => ({ ...chosen, [field]: id })) });
    results.push(
      ...body.results.map((/** @type {Json} */ result, /** @type {number} */ index) => ({ ...result, id: part[index] })),
    );
  }
  return results;
}

/** @param {Options} options @returns {Json} */
function chosenOf(options) {
  const labels = manyOf(options.label).map((label) => /^([^=]+)=(.*)$/s.exec(label)?.slice(1) ?? label);
  const wrong = labels.find((label) => typeof label === "string");
  if (wrong !== undefined) throw usage(`--label ${wrong} has no value. Use --label name=value.`);
  const minutes = options["expected-minutes"];
  if (minutes !== undefined && !/^\d+$/.test(String(minutes))) throw usage("--expected-minutes must be a whole number.");
  return JSON.parse(
    JSON.stringify({
      source: options.source,
      operation: options.operation,
      shareId: options.share,
      feature: options.feature,
      projectId: options.project,
      title: options.title,
      channels: options.channel,
      notifyOn: options["notify-on"] === undefined ? undefined : String(options["notify-on"]).split(","),
      expectedMinutes: minutes === undefined ? undefined : Number(minutes),
      labels: labels.length > 0 ? Object.fromEntries(/** @type {[string, string][]} */ (labels)) : undefined,
      runbookUrl: options.runbook,
      verify: options["no-verify"] ? false : undefined,
    }),
  );
}

/** @param {string[]} args @param {Options} options */
async function list(args, options) {
  none(args);
  const limit = options.limit === undefined ? 20 : Number(options.limit);
  if (!(Number.isInteger(limit) && limit > 0)) throw usage("--limit must be a whole number above 0.");
  /** @type {Json[]} */
  const jobs = [];
  let next;
  do {
    const { state, type, label, source } = options;
    const query = { state, type, label, source, limit: Math.min(limit - jobs.length, 100), cursor: next };
    const { body } = await callApi("GET", `/jobs${queryOf(query)}`);
    jobs.push(...body.jobs);
    next = body.next;
  } while (next !== undefined && jobs.length < limit);
  if (options.json) print(JSON.stringify({ jobs }));
  else if (jobs.length === 0 && isFiltered(options)) print("No job matches the filter.");
  else if (jobs.length === 0) print("No jobs. Register one: jobwatch add <jobId>");
  else for (const line of columns(jobs.map(cellsOf))) print(line);
  return 0;
}

/** @param {Options} options */
function isFiltered({ state, type, label, source }) {
  return [state, type, label, source].some((value) => value !== undefined);
}

/** @param {string[]} args @param {Options} options */
async function show(args, options) {
  const { body: job } = await callApi("GET", pathOf(one(args, "jobId"), options));
  if (options.json) print(JSON.stringify(job));
  else for (const line of detailsOf(job)) print(line);
  return 0;
}

/** @param {string[]} args @param {Options} options */
async function wait(args, options) {
  return await waitFor(one(args, "jobId"), options);
}

/** @param {string} jobId @param {Options} options */
async function waitFor(jobId, options) {
  const until = options.timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + parseDuration(String(options.timeout));
  const progress = createProgress();
  const job = await untilEnded(pathOf(jobId, options), until, progress.show).finally(progress.end);
  if (!ENDED.has(job.state)) {
    printError(`${jobId} has not ended after ${options.timeout}; it is ${job.state}`);
    return EXIT.notEnded;
  }
  print(options.json ? JSON.stringify(job) : endOf(job));
  if (job.state === "success") return 0;
  return job.state === "failed" ? EXIT.failed : EXIT.notEnded;
}

/**
 * Returns the job when it has ended or the time is up. The service holds each request until the job changes.
 * @param {string} path @param {number} until @param {(job: Json) => void} show
 */
async function untilEnded(path, until, show) {
  /** @type {Json} */
  let job = {};
  let etag = "";
  for (;;) {
    const seconds = Math.max(Math.min(Math.floor((until - Date.now()) / 1_000), WAIT_SECONDS), 0);
    /** @type {Record<string, string>} */
    const headers = etag === "" ? {} : { "If-None-Match": etag, Prefer: `wait=${seconds}` };
    const { status, body, headers: answerHeaders } = await requestPatiently(path, headers, until);
    if (status !== 304) job = body;
    if (ENDED.has(job.state) || Date.now() > until - 1_000) return job;
    show(job);
    const isHeld = answerHeaders.get("preference-applied") !== null || etag === "";
    if (!isHeld) await sleep(Math.min(PAUSE_MS, until - Date.now()));
    etag = answerHeaders.get("etag") ?? etag;
  }
}

/** @param {string[]} args @param {Options} options */
async function stop(args, options) {
  const { body: job } = await callApi("DELETE", pathOf(one(args, "jobId"), options));
  const done = job.state === "stopped" ? "stopped tracking" : "already ended:";
  print(options.json ? JSON.stringify(job) : `${done} ${lineOf(job)}`);
  return 0;
}

/** @param {string[]} args @param {Options} options */
async function channels(args, options) {
  none(args);
  const { body } = await callApi("GET", "/channels");
  if (options.json) print(JSON.stringify(body));
  else if (body.channels.length === 0) print("This key has no channels.");
  else {
    const cells = body.channels.map((/** @type {Json} */ channel) => {
      const since = channel.suspendedSince ?? channel.nextSendAt;
      return [channel.name, channel.state, [since, channel.reason].filter(Boolean).join(" ")];
    });
    for (const line of columns(cells)) print(line);
  }
  return 0;
}

/** @param {string[]} args @param {Options} options */
async function testChannel(args, options) {
  const { body } = await callApi("POST", `/channels/${encodeURIComponent(one(args, "name"))}/test`);
  const isDelivered = body.outcome === "delivered";
  if (options.json) print(JSON.stringify(body));
  else if (isDelivered) print("delivered");
  else printError(`not delivered: ${[body.outcome, body.reason].filter(Boolean).join(", ")}`);
  return isDelivered ? 0 : EXIT.failed;
}

/**
 * Sends one request. Any error ends the command with one line and an exit code that shows who has to act.
 * @param {string} method @param {string} path @param {Json} [body] @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>}
 */
async function callApi(method, path, body, headers = {}) {
  const { url, key } = service();
  const all = {
    Authorization: `Bearer ${key}`,
    ...(body && { "Content-Type": "application/json" }),
    ...headers,
  };
  const response = await fetch(url + path, {
    method,
    headers: all,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error) => {
    throw new Stop(
      EXIT.unavailable,
      `The service at ${url} does not answer (${error.cause?.code ?? error.cause?.message ?? error.name}). Check JOBWATCH_URL.`,
    );
  });
  const answer = { status: response.status, headers: response.headers, body: parsed(await response.text().catch(() => "")) };
  if (response.ok || response.status === 304) {
    if (response.status !== 304 && answer.body === undefined)
      throw new Stop(EXIT.unavailable, `${url} is not an sfs-jobwatch service. Check JOBWATCH_URL.`);
    return { ...answer, body: answer.body ?? {} };
  }
  throw new Stop(answer.body?.title ? exitOf(response.status) : EXIT.unavailable, errorText(url, answer));
}

/** @param {number} status */
function exitOf(status) {
  if (status === 401 || status === 403) return EXIT.key;
  return status === 429 || status >= 500 || status < 400 ? EXIT.unavailable : EXIT.rejected;
}

/** @param {string} url @param {{ status: number, body: Json | undefined, headers: Headers }} answer */
function errorText(url, { status, body, headers }) {
  const after = headers.get("retry-after");
  const again = after === null ? "" : ` Try again in ${after} s.`;
  if (!body?.title) return `${url} answers ${status} and may not be an sfs-jobwatch service. Check JOBWATCH_URL.${again}`;
  if (status === 401) return "The key was rejected. Check JOBWATCH_KEY, or ask the operators for a new key.";
  return problemText(body) + (body.type === "unavailable" ? again : "");
}

/** @param {Json} problem @param {RegExp} [prefix] */
function problemText({ type, detail, errors = [], ...more }, prefix = /^/) {
  if (type === "unknown-job") return unknownText(more);
  const fields = errors.map((/** @type {Json} */ { pointer, detail: what }) => {
    const place = pointer.replace(prefix, "").slice(1);
    return place === "" ? what : `${place}: ${what}`;
  });
  return fields.length > 0 ? fields.join(" ") : detail;
}

/** Explains an unknown job in terms of commands and options. @param {Json} problem */
function unknownText({ reason, requestId, foundAs = [] }) {
  if (reason === undefined) return "Your team has no such job. Check the id and --project, or register it with jobwatch add.";
  const request = requestId === undefined ? "" : `, request ${requestId}`;
  const unknown = `The cloud does not know this job in this project (${reason}${request}).`;
  const [source] = foundAs;
  return source === undefined
    ? `${unknown} Check the id and --project. To register it anyway, use --no-verify.`
    : `${unknown} It exists as ${foundAs.join(" and ")}. Use --source ${source}.`;
}

/** Describes why the last poll of a job returned no status. @param {Json} lastPoll */
function noNewsText({ outcome, reason, requestId, since }) {
  const request = requestId === undefined ? "" : `, request ${requestId}`;
  return `no status since ${since}, the last check failed: ${outcome.replaceAll("-", " ")} (${reason}${request})`;
}

/**
 * Like `callApi`, but retries while the service is unavailable.
 * @param {string} path @param {Record<string, string>} headers @param {number} until
 */
async function requestPatiently(path, headers, until) {
  const deadline = Math.min(Date.now() + PATIENCE_MS, until);
  for (let attempt = 1; ; attempt++) {
    try {
      return await callApi("GET", path, undefined, headers);
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS * attempt, 30_000);
      if (!(error instanceof Stop) || error.exit !== EXIT.unavailable || Date.now() + pauseMs > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}

function service() {
  const { JOBWATCH_URL = "", JOBWATCH_KEY = "" } = process.env;
  const url = JOBWATCH_URL.trim().replace(/\/+$/, "");
  if (!/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(url) || !URL.canParse(url))
    throw usage(
      url === ""
        ? "Set JOBWATCH_URL to the address of the service, such as https://jobwatch.example.com."
        : "JOBWATCH_URL must be an address that begins with https://, such as https://jobwatch.example.com.",
    );
  if (!keepsKeySecret(new URL(url)))
    throw usage(
      "JOBWATCH_URL must begin with https://. http would send your key unencrypted, and works only for this machine.",
    );
  if (!/^[\x21-\x7e]+$/.test(JOBWATCH_KEY.trim())) throw usage("Set JOBWATCH_KEY to your team's key, such as sfsjw_...");
  return { url, key: JOBWATCH_KEY.trim() };
}

/** Whether the key is encrypted or stays on this machine. @param {URL} url */
function keepsKeySecret({ protocol, hostname }) {
  return protocol === "https:" || /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}

/** Shows progress on standard error: one line that is rewritten on a terminal, otherwise one line per change. */
function createProgress() {
  const { stderr } = process;
  let lastLine = "";
  /** @type {Json | undefined} */
  let job;
  const draw = () => {
    if (!job) return;
    const line = clean(`${lineOf(job)}${job.beginTime ? ` for ${ageOf(job.beginTime)}` : ""}${stepOf(job)}${noNewsOf(job)}`);
    stderr.write(`\r\x1b[K${line.slice(0, Math.max((stderr.columns ?? 80) - 1, 20))}`);
  };
  const timer = stderr.isTTY ? setInterval(draw, 1_000) : undefined;
  return {
    /** @param {Json} now */
    show(now) {
      job = now;
      if (stderr.isTTY) return draw();
      const line = `${lineOf(now)}${stepOf(now)}${noNewsOf(now)}`;
      if (line !== lastLine) printError(line);
      lastLine = line;
    },
    end() {
      clearInterval(timer);
      if (stderr.isTTY && job) stderr.write("\r\x1b[K");
      job = undefined;
    },
  };
}

/** @param {Json} job */
function stepOf({ subJobs = [] }) {
  const done = subJobs.filter((/** @type {Json} */ { state }) => state === "success").length;
  const running = subJobs.find((/** @type {Json} */ { state }) => state === "running");
  return subJobs.length < 2
    ? ""
    : ` (step ${Math.min(done + 1, subJobs.length)} of ${subJobs.length}${running?.jobType ? `: ${running.jobType}` : ""})`;
}

/** @param {Json} job */
function noNewsOf({ lastPoll }) {
  return lastPoll ? `, ${noNewsText(lastPoll)}` : "";
}

/** @param {Json} job */
function lineOf({ jobId, title, jobType, state }) {
  return [jobId, title && `"${title}"`, jobType, state].filter(Boolean).join("  ");
}

/** @param {Json} job */
function endOf(job) {
  const ran = job.beginTime && job.endTime ? ` after ${between(job.beginTime, job.endTime)}` : "";
  const step = job.subJobs?.find((/** @type {Json} */ { state }) => state === "failed");
  const why = job.failReason ?? step?.failReason ?? job.errorCode ?? step?.errorCode ?? lastNews(job)?.reason;
  const code = job.errorCode ?? step?.errorCode;
  const reason = job.state === "success" || !why ? "" : `: ${why}${code && code !== why ? ` (${code})` : ""}`;
  return `${lineOf(job)}${ran}${reason}`;
}

/** Returns the last transition of the operation; a change of options is none. @param {Json} job */
function lastNews({ transitions = [] }) {
  return transitions.findLast((/** @type {Json} */ { kind }) => kind !== "changed");
}

/** @param {Json} job @returns {string[]} */
function detailsOf(job) {
  const rows = [
    ["state", job.state],
    ["type", job.jobType],
    ["title", job.title],
    ["project", job.projectId],
    ["labels", listed(job.labels)],
    ["channels", job.channels?.join(", ")],
    ["notify on", job.notifyOn && (job.notifyOn.join(", ") || "nothing")],
    ["runbook", job.runbookUrl],
    ["silent", job.silence && silenceOf(job.silence)],
    ["registered", job.registeredAt],
    ["missing", job.missingSince && `since ${job.missingSince}`],
    ["no news", job.lastPoll && noNewsText(job.lastPoll)],
    ["request", job.requestId],
    ["began", job.beginTime],
    ["ended", job.endTime],
    ["expected", job.expectedMinutes && `${job.expectedMinutes} minutes`],
    ["expected end", job.expectedEnd && `${job.expectedEnd.at} (${job.expectedEnd.from} to ${job.expectedEnd.to})`],
    ["error", [job.errorCode, job.failReason].filter(Boolean).join(" ")],
    ...(job.subJobs ?? []).map((/** @type {Json} */ sub) => [
      "step",
      [sub.jobType ?? sub.jobId, sub.state, sub.errorCode, sub.failReason].filter(Boolean).join(" "),
    ]),
    ["step", job.moreSubJobs && `${job.moreSubJobs} more`],
    ...(job.transitions ?? []).map((/** @type {Json} */ { n, at, kind, state, reason, by }) => [
      `${n}`,
      [at, kind, state, by && `by ${by}`, reason].filter(Boolean).join(" "),
    ]),
    ...(job.notifications ?? []).map((/** @type {Json} */ { channel, n, state, at, digest }) => [
      "notification",
      `of ${n} to ${channel}${digest ? " (digest)" : ""}: ${state} ${at}`,
    ]),
  ];
  return [job.jobId, ...columns(rows.filter(([, value]) => value).map(([name, value]) => [`  ${name}`, String(value)]))];
}

/** @param {Record<string, string>} [labels] */
function listed(labels = {}) {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

/** @param {Json} silence */
function silenceOf({ until, by, reason }) {
  return `until ${until}, set by ${[by, reason].filter(Boolean).join(": ")}`;
}

/** @param {Json} job @returns {string[]} */
function cellsOf({ state, jobId, jobType = "", title = "", registeredAt }) {
  return [state, jobId, jobType, `${ageOf(registeredAt)} ago`, title];
}

/** @param {string[][]} rows */
function columns(rows) {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** @param {string} time */
function ageOf(time) {
  return between(time, new Date().toISOString());
}

/** @param {string} from @param {string} to */
function between(from, to) {
  const seconds = Math.max(Math.round((Date.parse(to) - Date.parse(from)) / 1_000), 0);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** @param {string} text */
function parseDuration(text) {
  const [, count, unit] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 }[unit ?? ""];
  if (seconds === undefined) throw usage("--timeout must be a duration such as 90s, 30m or 2h.");
  return Number(count) * seconds * 1_000;
}

/** @param {string} jobId @param {Options} options */
function pathOf(jobId, { project, source }) {
  return `/jobs/${encodeURIComponent(jobId)}${queryOf({ projectId: project, source })}`;
}

/** @param {Record<string, unknown>} values */
function queryOf(values) {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return entries.length === 0
    ? ""
    : `?${new URLSearchParams(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])))}`;
}

/**
 * Parses a list of ids, or the cloud's JSON answer. The field of the id depends on the source.
 * @param {string} text @param {Options[string]} source @returns {string[]}
 */
function idsOf(text, source) {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    const ids = trimmed.split(/\s+/).filter(Boolean);
    const wrong = ids.find((id) => !ID.test(id));
    if (wrong !== undefined)
      throw usage(`Standard input has neither ids nor the cloud's JSON answer. It contains "${clean(wrong).slice(0, 40)}".`);
    return ids;
  }
  const names = ANSWER_FIELDS.get(String(source)) ?? ["jobId", "job_id"];
  const ids = [parsed(trimmed)].flat().flatMap((one) => names.map((name) => one?.[name]).find((id) => id !== undefined) ?? []);
  if (ids.length === 0) throw usage(`Standard input is JSON without ${names.join(" or ")}. Did the cloud reject the request?`);
  return ids.map(String);
}

/** Rejects UTF-16, which Windows PowerShell 5.1 writes. */
async function standardInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.includes(0)) throw usage("Standard input is not UTF-8. Windows PowerShell 5.1 writes UTF-16. Convert it first.");
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

/** @param {string} text @returns {Json | undefined} */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Options[string]} value @returns {string[]} */
function manyOf(value) {
  return value === undefined ? [] : [value].flat().map(String);
}

/** @param {string[]} args @param {string} name */
function one(args, name) {
  const [first, ...more] = args;
  if (first === undefined || first === "") throw usage(`<${name}> is missing.`);
  if (more.length > 0) throw usage(`This command takes one <${name}>. Unexpected: ${more.join(" ")}.`);
  return first;
}

/** @param {string[]} args */
function none(args) {
  if (args.length > 0) throw usage(`This command takes no arguments. Unexpected: ${args.join(" ")}.`);
}

/** @param {string} message */
function usage(message) {
  return new Stop(EXIT.usage, `${message} See jobwatch --help.`);
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}

/** Removes control characters, so that text of others cannot move the cursor. @param {string} text */
function clean(text) {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${clean(line)}\n`);
}

/** @param {string} line */
function printError(line) {
  process.stderr.write(`${clean(line)}\n`);
}

/** @param {string[]} argv */
async function main([name = "--help", ...args]) {
  if (/^(help|--help|-h)$/.test(name)) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name))
    throw usage(`There is no command ${name}. The commands are ${Object.keys(COMMANDS).join(", ")}.`);
  const { run, options } = COMMANDS[/** @type {keyof typeof COMMANDS} */ (name)];
  const { values, positionals } = parse(args, options);
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  return await run(
    positionals.map((positional) => positional.trim()),
    values,
  );
}

/** @param {string[]} args @param {NonNullable<import("node:util").ParseArgsConfig["options"]>} options @returns {{ values: Options, positionals: string[] }} */
function parse(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? `${error.message.split(". ")[0]}.` : "");
  }
}

// A reader that closes standard output, as `head` does, needs no more output.
process.stdout.on("error", () => process.exit(0));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printError(
    `jobwatch: ${error instanceof Stop ? error.message : `this is a bug in jobwatch (${error instanceof Error ? error.name : ""}).`}`,
  );
  process.exitCode = error instanceof Stop ? error.exit : 70;
}
