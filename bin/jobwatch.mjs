#!/usr/bin/env node
// The command line of sfs-jobwatch: one file for Node 20 or newer, without dependencies. The service serves it at `GET /jobwatch.mjs`.
// Built from bin/cli/ by `npm run command-line`. Do not edit.

// bin/cli/errors.ts
var EXIT = { failed: 1, notEnded: 2, usage: 64, rejected: 65, unavailable: 69, bug: 70, key: 77 };
var CommandError = class extends Error {
  name = "CommandError";
  exit;
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
};
function usageError(message) {
  return new CommandError(EXIT.usage, `${message} See jobwatch --help.`);
}
function inputError(message) {
  return new CommandError(EXIT.usage, `${message} Nothing was registered.`);
}

// lib/domain/job/sources.ts
var UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
var UUID_IN_ANY_CASE = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;
var HEX = /^[0-9a-f]{32}$/;
var anyId = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  requirement: "must be 1 to 64 letters, digits, - and _, beginning with a letter or digit"
};
var shareId = { pattern: UUID, requirement: "must be the UUID of a share", accepts: UUID_IN_ANY_CASE };
var SHARE_OPERATIONS = ["create", "extend", "change-security-group", "add-backend", "remove-backend", "delete"];
var TASK_FEATURES = ["hpc-cache", "dir-usage"];
var LOGGED_OPERATIONS = ["backup", "delete", "restore", "vault_delete", "remove_resource", "sync", "replication"];
var FORMS = {
  "sfs-turbo-job": { noun: "SFS Turbo job", service: "sfs-turbo", fields: { jobId: anyId }, right: "sfsturbo:shares:getJob" },
  "sfs-turbo-share": {
    noun: "SFS Turbo share",
    service: "sfs-turbo",
    fields: { shareId, operation: { words: SHARE_OPERATIONS } },
    right: "sfsturbo:shares:getShare",
    hasSequenceNumber: true,
    issuedIds: UUID,
    list: { operations: SHARE_OPERATIONS, noun: "SFS Turbo shares", right: "sfsturbo:shares:getAllShares" }
  },
  "sfs-turbo-task": {
    noun: "SFS Turbo task",
    service: "sfs-turbo",
    fields: { shareId, feature: { words: TASK_FEATURES }, taskId: anyId }
  },
  "ecs-job": { noun: "ECS job", service: "ecs", fields: { jobId: anyId }, issuedIds: HEX },
  "evs-job": { noun: "EVS job", service: "evs", fields: { jobId: anyId }, issuedIds: HEX },
  "ims-job": { noun: "IMS job", service: "ims", fields: { jobId: anyId }, issuedIds: HEX },
  "sdrs-job": { noun: "SDRS job", service: "sdrs", fields: { jobId: anyId }, issuedIds: HEX },
  "bms-job": { noun: "BMS job", service: "bms", fields: { jobId: anyId }, issuedIds: HEX },
  "dcs-job": { noun: "DCS job", service: "dcs", fields: { jobId: anyId }, issuedIds: HEX },
  "rds-job": { noun: "RDS job", service: "rds", fields: { jobId: anyId }, issuedIds: UUID },
  "dds-job": { noun: "DDS job", service: "dds", fields: { jobId: anyId }, issuedIds: UUID },
  "cbr-log": {
    noun: "CBR operation",
    service: "cbr",
    fields: { jobId: anyId },
    right: "cbr:tasks:get",
    issuedIds: UUID,
    list: { operations: LOGGED_OPERATIONS, noun: "CBR operations", right: "cbr:tasks:list", isLog: true }
  }
};
var SOURCES = FORMS;
var SOURCE_NAMES = Object.keys(FORMS);
var DEFAULT_SOURCE = "sfs-turbo-job";
function pollRightOf(source) {
  return isSource(source) ? SOURCES[source].right : void 0;
}
function isSource(source) {
  return Object.hasOwn(SOURCES, source);
}

// bin/cli/problem-text.ts
function problemText({ type, detail, errors = [], ...more }, prefix = /^/) {
  if (type === "unknown-job") return unknownJobText(more);
  const fields = errors.map(({ pointer, detail: what }) => {
    const place = pointer.replace(prefix, "").slice(1);
    return place === "" ? what : `${place}: ${what}`;
  });
  return fields.length > 0 ? fields.join(" ") : detail;
}
function unknownJobText({ reason, requestId, foundAs = [] }) {
  if (reason === void 0) return "Your team has no such job. Check the id and --project, or register it with jobwatch add.";
  const unknown = `The cloud does not know this job in this project (${reason}${requestText(requestId)}).`;
  const [source] = foundAs;
  return source === void 0 ? `${unknown} Check the id and --project. To register it anyway, use --no-verify.` : `${unknown} It exists as ${foundAs.join(" and ")}. Use --source ${source}.`;
}
function lastPollText({ source, lastPoll }) {
  if (!lastPoll) return void 0;
  const missingRight = lastPoll.outcome === "not-permitted" ? pollRightOf(source) : void 0;
  return `no status since ${lastPoll.since}, the last check failed: ${outcomeText(lastPoll, missingRight)}`;
}
function outcomeText({ outcome, reason = "", requestId }, missingRight) {
  const advice = missingRight === void 0 ? "" : `; grant ${missingRight} to the cloud user of sfs-jobwatch`;
  return `${outcome.replaceAll("-", " ")} (${reason}${requestText(requestId)})${advice}`;
}
function requestText(requestId) {
  return requestId === void 0 ? "" : `, request ${requestId}`;
}

// bin/cli/client.ts
var TIMEOUT_MS = 4e4;
var PATIENCE_MS = 5 * 6e4;
var PAUSE_MS = 5e3;
var LONGEST_PAUSE_MS = 3e4;
var OWN_HEADER = "x-correlation-id";
async function callApi(method, path, body, headers = {}) {
  const { url, key } = readService();
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, ...body && { "Content-Type": "application/json" }, ...headers },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...body && { body: JSON.stringify(body) }
  }).catch(({ name, cause }) => {
    const why = cause?.code ?? cause?.message ?? name;
    throw new CommandError(EXIT.unavailable, `The service at ${url} does not answer (${why}). Check JOBWATCH_URL.`);
  });
  const answer = parseObject(await response.text().catch(() => ""));
  const { status } = response;
  if (status === 304) return { status, headers: response.headers, body: {} };
  if (!response.ok) throw errorOf(url, response, answer);
  if (answer === void 0 || !response.headers.has(OWN_HEADER))
    throw new CommandError(EXIT.unavailable, `${url} is not an sfs-jobwatch service. Check JOBWATCH_URL.`);
  return { status, headers: response.headers, body: answer };
}
async function getPatiently(path, headers, until) {
  const deadline = Math.min(Date.now() + PATIENCE_MS, until);
  for (let attempt = 1; ; attempt++) {
    try {
      return await callApi("GET", path, void 0, headers);
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS * attempt, LONGEST_PAUSE_MS);
      const isUnavailable = error instanceof CommandError && error.exit === EXIT.unavailable;
      if (!isUnavailable || Date.now() + pauseMs > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
function errorOf(url, { status, headers }, problem) {
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
function exitOf(status) {
  if (status === 403) return EXIT.key;
  return status === 429 || status >= 500 || status < 400 ? EXIT.unavailable : EXIT.rejected;
}
function readService() {
  const url = (process.env.JOBWATCH_URL ?? "").trim().replace(/\/+$/, "");
  const key = (process.env.JOBWATCH_KEY ?? "").trim();
  if (url === "") throw usageError("Set JOBWATCH_URL to the address of the service, such as https://jobwatch.example.com.");
  if (!/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(url) || !URL.canParse(url))
    throw usageError("JOBWATCH_URL must be an address that begins with https://, such as https://jobwatch.example.com.");
  if (!keepsKeySecret(new URL(url)))
    throw usageError(
      "JOBWATCH_URL must begin with https://. http would send your key unencrypted, and works only for this machine."
    );
  if (!/^[\x21-\x7e]+$/.test(key)) throw usageError("Set JOBWATCH_KEY to your team's key, such as sfsjw_...");
  return { url, key };
}
function keepsKeySecret({ protocol, hostname }) {
  return protocol === "https:" || /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}
function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : void 0;
  } catch {
    return void 0;
  }
}
function queryOf(values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== void 0) query.set(name, String(value));
  return query.size === 0 ? "" : `?${query}`;
}
function jobPath(jobId, { project, source }) {
  return `/jobs/${encodeURIComponent(jobId)}${queryOf({ projectId: project, source })}`;
}
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}

// bin/cli/job-options.ts
var TEXT = { type: "string" };
var TEXTS = { type: "string", multiple: true };
var JOB_FLAGS = {
  title: TEXT,
  channel: TEXTS,
  "notify-on": TEXT,
  label: TEXTS,
  "expected-minutes": TEXT,
  runbook: TEXT
};
var JOB_FLAGS_HELP = "--title <text>  --channel <name>...  --notify-on <kind,kind>  --expected-minutes <n>  --label <name=value>...  --runbook <url>";
function optionFields(flags) {
  const minutes = flags["expected-minutes"];
  if (minutes !== void 0 && !/^\d+$/.test(minutes)) throw usageError("--expected-minutes must be a whole number.");
  return {
    title: flags.title,
    channels: flags.channel,
    notifyOn: flags["notify-on"]?.split(","),
    labels: parsePairs("label", flags.label),
    expectedMinutes: minutes === void 0 ? void 0 : Number(minutes),
    runbookUrl: flags.runbook
  };
}
function optionRows(job) {
  const rows = {
    title: ["title", job.title],
    channels: ["channels", job.channels.join(", ")],
    notifyOn: ["notify on", job.notifyOn && (job.notifyOn.join(", ") || "nothing")],
    labels: ["labels", job.labels && pairsText(job.labels)],
    expectedMinutes: ["expected", job.expectedMinutes === void 0 ? void 0 : `${job.expectedMinutes} minutes`],
    runbookUrl: ["runbook", job.runbookUrl]
  };
  return Object.values(rows);
}
function parsePairs(option, pairs) {
  return pairs && Object.fromEntries(pairs.map((pair) => parsePair(option, pair)));
}
function parsePair(option, pair) {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name === void 0 || value === void 0)
    throw usageError(`--${option} ${pair} has no value. Use --${option} name=value.`);
  return [name, value];
}
function pairsText(pairs) {
  return Object.entries(pairs).map(([name, value]) => `${name}=${value}`).join(", ");
}

// lib/domain/job/resource.ts
function sizeWords({ size, sizeBefore }) {
  if (size === void 0) return void 0;
  return sizeBefore === void 0 ? gigabytes(size) : `${gigabytes(sizeBefore)} to ${gigabytes(size)}`;
}
function gigabytes(size) {
  return `${size.toLocaleString("en-US", { maximumFractionDigits: 2 })} GB`;
}

// lib/domain/job/sub-jobs.ts
function hasFailed({ state, errorCode, failReason }) {
  return state === "failed" || state !== "success" && (Boolean(errorCode) || Boolean(failReason));
}
function failedSubJobs({ subJobs }) {
  return subJobs.filter(hasFailed);
}

// bin/cli/output.ts
function clean(text) {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
}
function quote(text, most = 60) {
  const line = clean(text);
  return `"${line.length > most ? `${line.slice(0, most)}...` : line}"`;
}
function print(line) {
  process.stdout.write(`${clean(line)}
`);
}
function printError(line) {
  process.stderr.write(`${clean(line)}
`);
}
function alignColumns(rows) {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map(
    (row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()
  );
}

// bin/cli/job-text.ts
function jobLine({ jobId, title, resource, jobType, state }) {
  const name = title ?? resource?.name;
  return joinTexts([jobId, name && `"${name}"`, jobType, state], "  ");
}
function endLine(job) {
  const ran = job.beginTime && job.endTime ? ` after ${timeBetween(job.beginTime, job.endTime)}` : "";
  const [step] = failedSubJobs(job);
  const lastNews = job.transitions.findLast(({ kind }) => kind !== "changed");
  const code = job.errorCode ?? step?.errorCode;
  const why = job.failReason ?? step?.failReason ?? code ?? lastNews?.reason;
  const reason = job.state === "success" || !why ? "" : `: ${why}${code && code !== why ? ` (${code})` : ""}`;
  return `${jobLine(job)}${ran}${reason}`;
}
function jobDetails(job) {
  const { silence, expectedEnd, resource } = job;
  const rows = [
    ["state", job.state],
    ["type", job.jobType],
    ["project", job.projectId],
    ...optionRows(job),
    ["silent", silence && `until ${silence.until}, set by ${joinTexts([silence.by, silence.reason], ": ")}`],
    ["registered", job.registeredAt],
    ["found by", job.origin && `watch ${job.origin}`],
    ["missing", job.missingSince && `since ${job.missingSince}`],
    ["no news", lastPollText(job)],
    ["request", job.requestId],
    ["began", job.beginTime],
    ["ended", job.endTime],
    ["expected end", expectedEnd && expectedEndText(expectedEnd)],
    ["share", resource && joinTexts([resource.name, sizeWords(resource)], ", ")],
    ["error", joinTexts([job.errorCode, job.failReason])],
    ...historyRows(job)
  ];
  const filled = rows.flatMap(([name, value]) => value ? [[`  ${name}`, String(value)]] : []);
  return [job.jobId, ...alignColumns(filled)];
}
function expectedEndText({ at, from, to }) {
  return from === void 0 ? at : `${at} (${from} to ${to})`;
}
function historyRows({ subJobs, moreSubJobs, transitions, notifications }) {
  const rows = [];
  for (const { jobId, jobType, state, errorCode, failReason } of subJobs)
    rows.push(["step", joinTexts([jobType ?? jobId, state, errorCode, failReason])]);
  rows.push(["step", moreSubJobs && `${moreSubJobs} more`]);
  for (const { n, at, kind, state, reason, by } of transitions)
    rows.push([`${n}`, joinTexts([at, kind, state, by && `by ${by}`, reason])]);
  for (const { channel, n, state, at, digest } of notifications)
    rows.push(["notification", `of ${n} to ${channel}${digest ? " (digest)" : ""}: ${state} ${at}`]);
  return rows;
}
function joinTexts(texts, separator = " ") {
  return texts.filter(Boolean).join(separator);
}
function ageOf(time) {
  return timeBetween(time, (/* @__PURE__ */ new Date()).toISOString());
}
function timeBetween(from, to) {
  const seconds = Math.max(Math.round((Date.parse(to) - Date.parse(from)) / 1e3), 0);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// lib/domain/json.ts
function parseJson(text, revive) {
  try {
    return JSON.parse(text, revive);
  } catch {
    return void 0;
  }
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// bin/cli/cloud-answer.ts
var SPELLINGS = /* @__PURE__ */ new Map([
  ["jobId", ["jobId", "job_id"]],
  ["shareId", ["shareId", "share_id"]],
  ["taskId", ["taskId", "task_id"]]
]);
var ERROR_CODES = ["errCode", "error_code", "errorCode", "code"];
var ERROR_TEXTS = ["errMsg", "error_msg", "errorMsg", "message", "detail", "error"];
function idFieldOf(source) {
  const { fields, noun } = formOf(source);
  const own = Object.entries(fields).flatMap(([name, field]) => "pattern" in field ? [{ name, field }] : []);
  const last = own.at(-1);
  if (!last) throw new Error("a source without ids");
  const { pattern, accepts = pattern, requirement } = last.field;
  return { name: last.name, pattern: accepts, requirement, noun };
}
function parseAnswer(value, place, chosen) {
  const answer = isObject(value) ? value : {};
  const source = chosen.source ?? sourceIn(answer);
  const { name: idName, pattern, requirement } = idFieldOf(source);
  const id = textIn(answer, spellingsOf(idName, source));
  if (id === void 0) throw withoutId(answer, place, source);
  if (!pattern.test(id)) throw inputError(`${place} has the ${idName} ${quote(id)}. It ${requirement}.`);
  const fields = Object.keys(formOf(source).fields).flatMap((name) => {
    const text = chosen[name] === void 0 ? textIn(answer, spellingsOf(name, source)) : void 0;
    return text === void 0 ? [] : [[name, text]];
  });
  return { id, fields: { ...source !== void 0 && { source }, ...Object.fromEntries(fields), [idName]: id } };
}
function sourceIn(answer) {
  const source = textIn(answer, ["source"]);
  return source !== void 0 && isSource(source) ? source : void 0;
}
function formOf(source = "") {
  return SOURCES[isSource(source) ? source : DEFAULT_SOURCE];
}
function spellingsOf(name, source) {
  const spellings = SPELLINGS.get(name) ?? [name];
  return name === "shareId" && source === "sfs-turbo-share" ? [...spellings, "id"] : spellings;
}
function withoutId(answer, place, source) {
  const error = errorIn(answer);
  if (error !== void 0) return inputError(`${place} is an error response of the cloud: ${quote(error, 300)}.`);
  const ids = spellingsOf(idFieldOf(source).name, source).join(" or ");
  const others = Object.keys(answer).filter((name) => answer[name] !== null && answer[name] !== "");
  const has = others.length === 0 ? "" : `; it has ${others.slice(0, 5).join(", ")}`;
  return inputError(`${place} is JSON without ${ids}${has}. ${hintFor(answer, source)}`);
}
function hintFor(answer, source) {
  const isOnShare = source === "sfs-turbo-share" || source === "sfs-turbo-task";
  if (!isOnShare && textIn(answer, ["taskId", "task_id"]) !== void 0)
    return "For a task on a share, use --source sfs-turbo-task --share <id> --feature <name>.";
  if (!isOnShare && textIn(answer, ["shareId", "share_id", "id"]) !== void 0)
    return "For an operation on a share, use --source sfs-turbo-share --operation <name>.";
  return "Did the cloud accept the request?";
}
function errorIn(answer) {
  for (const one of [answer, ...Object.values(answer).filter(isObject)]) {
    const parts = [ERROR_CODES, ERROR_TEXTS].map((names) => textIn(one, names)).filter((part) => part !== void 0);
    if (parts.length > 0) return parts.join(" ");
  }
  return void 0;
}
function textIn(answer, names) {
  const texts = names.map((name) => answer[name]).filter((value) => typeof value === "string" || typeof value === "number");
  return texts.map(String).find((text) => text !== "");
}

// bin/cli/json-values.ts
function parseJsonValues(text) {
  return splitValues(text).flatMap((part) => {
    const value = parseJson(part);
    if (value === void 0) throw inputError(`Standard input is not valid JSON here: ${quote(part)}.`);
    return value;
  });
}
function splitValues(text) {
  const parts = [];
  let [start, depth, isInString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\" && isInString) at++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (/[[{]/.test(character)) depth++;
    else if (/[\]}]/.test(character) && --depth === 0) {
      parts.push(text.slice(start, at + 1).trim());
      start = at + 1;
    }
  }
  const rest = text.slice(start).trim();
  if (depth > 0) throw inputError(`Standard input is incomplete JSON. It ends with ${quote(rest.slice(-40))}.`);
  return rest === "" ? parts : [...parts, rest];
}

// bin/cli/standard-input.ts
async function readStandardInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const text = decode(Buffer.concat(chunks)).trim();
  if (text === "") throw inputError("Standard input is empty. Did the command before the pipe fail?");
  if (text.startsWith("<")) throw inputError(`Standard input is a web page, not the cloud's JSON answer: ${quote(text)}.`);
  if (/^HTTP\/\d/.test(text)) throw inputError("Standard input begins with HTTP headers. Use curl without -i.");
  return text;
}
function decode(bytes) {
  if (bytes.includes(0))
    throw inputError("Standard input is UTF-16 or binary, not UTF-8. Convert it first. Windows PowerShell 5.1 writes UTF-16.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw inputError("Standard input is not UTF-8 text. Is it compressed? Use curl with --compressed.");
  }
}

// bin/cli/references.ts
async function readReferences(args, options) {
  const { source, share: shareId2, operation, feature } = options;
  const chosen = { source, shareId: shareId2, operation, feature };
  const references = args.map(
    async (arg) => arg === "-" ? parseInput(await readStandardInput(), chosen) : [byId(arg, source)]
  );
  return (await Promise.all(references)).flat();
}
function byId(id, source) {
  return { id, fields: { [idFieldOf(source).name]: id } };
}
function parseInput(text, chosen) {
  if (!/^[[{]/.test(text)) return text.split("\n").flatMap((line, index) => parseLine(line.trim(), index + 1, chosen.source));
  const answers = parseJsonValues(text);
  if (answers.length === 0) throw inputError("Standard input is an empty list.");
  return answers.map(
    (answer, index) => parseAnswer(answer, answers.length === 1 ? "Standard input" : `Answer ${index + 1} on standard input`, chosen)
  );
}
function parseLine(line, number, source) {
  if (line === "") return [];
  const { pattern, noun } = idFieldOf(source);
  if (/\d/.test(line) && pattern.test(line)) return [byId(line, source)];
  const what = `Line ${number} of standard input is not an id (${noun}): ${quote(line)}.`;
  throw inputError(`${what} Send the cloud's JSON answer, or one id per line.`);
}

// lib/domain/job/states.ts
var OPEN_STATES = ["registered", "waiting", "running"];
var ENDED_STATES = ["success", "failed", "lost", "stopped"];
var JOB_STATES = [...OPEN_STATES, ...ENDED_STATES];

// bin/cli/arguments.ts
import { parseArgs } from "node:util";
var TEXT2 = { type: "string" };
var TEXTS2 = { type: "string", multiple: true };
var FLAG = { type: "boolean" };
var SECONDS = { s: 1, m: 60, h: 3600, d: 86400 };
var OPTIONS = {
  json: FLAG,
  help: FLAG,
  project: TEXT2,
  source: TEXT2,
  ...JOB_FLAGS,
  operation: TEXT2,
  operations: TEXT2,
  name: TEXTS2,
  tag: TEXTS2,
  share: TEXT2,
  feature: TEXT2,
  "no-verify": FLAG,
  wait: FLAG,
  timeout: TEXT2,
  state: TEXT2,
  type: TEXT2,
  limit: TEXT2
};
function parseArguments(args, names) {
  const allowed = Object.fromEntries(["json", "help", ...names].map((name) => [name, OPTIONS[name]]));
  try {
    const { positionals, values } = parseArgs({ args, options: allowed, allowPositionals: true });
    return { positionals: positionals.map((positional) => positional.trim()), options: values };
  } catch (error) {
    throw usageError(error instanceof Error ? `${error.message.split(". ")[0]}.` : "");
  }
}
function onlyArgument(args, name) {
  const [first, ...more] = args;
  if (first === void 0 || first === "") throw usageError(`<${name}> is missing.`);
  if (more.length > 0) throw usageError(`This command takes one <${name}>. Unexpected: ${more.join(" ")}.`);
  return first;
}
function rejectArguments(args) {
  if (args.length > 0) throw usageError(`This command takes no arguments. Unexpected: ${args.join(" ")}.`);
}
function parseDuration(text) {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === void 0) throw usageError("--timeout must be a duration such as 90s, 30m or 2h.");
  return Number(count) * seconds * 1e3;
}

// bin/cli/progress.ts
function createProgress() {
  const { stderr } = process;
  let lastLine = "";
  let shown;
  const draw = () => {
    if (!shown) return;
    const line = clean(`${jobLine(shown)}${shown.beginTime ? ` for ${ageOf(shown.beginTime)}` : ""}${detailsOf(shown)}`);
    stderr.write(`\r\x1B[K${line.slice(0, Math.max((stderr.columns ?? 80) - 1, 20))}`);
  };
  const timer = stderr.isTTY ? setInterval(draw, 1e3) : void 0;
  return {
    show(job) {
      shown = job;
      if (stderr.isTTY) return draw();
      const line = `${jobLine(job)}${detailsOf(job)}`;
      if (line !== lastLine) printError(line);
      lastLine = line;
    },
    end() {
      clearInterval(timer);
      if (stderr.isTTY && shown) stderr.write("\r\x1B[K");
      shown = void 0;
    }
  };
}
function detailsOf(job) {
  const { subJobs } = job;
  const news = job.lastPoll ? `, ${lastPollText(job)}` : "";
  if (subJobs.length < 2) return news;
  const done = subJobs.filter(({ state }) => state === "success").length;
  const running = subJobs.find(({ state }) => state === "running")?.jobType;
  return ` (step ${Math.min(done + 1, subJobs.length)} of ${subJobs.length}${running ? `: ${running}` : ""})${news}`;
}

// bin/cli/wait.ts
var WAIT_SECONDS = 25;
async function wait(args, options) {
  return await waitFor(onlyArgument(args, "jobId"), options);
}
async function waitFor(jobId, options) {
  const until = options.timeout === void 0 ? Number.POSITIVE_INFINITY : Date.now() + parseDuration(options.timeout);
  const progress = createProgress();
  const job = await pollUntilEnded(jobPath(jobId, options), until, progress.show).finally(progress.end);
  if (!hasEnded(job)) {
    printError(`${jobId} has not ended after ${options.timeout}; it is ${job.state}`);
    return EXIT.notEnded;
  }
  print(options.json ? JSON.stringify(job) : endLine(job));
  if (job.state === "success") return 0;
  return job.state === "failed" ? EXIT.failed : EXIT.notEnded;
}
async function pollUntilEnded(path, until, onChange) {
  let job;
  let etag;
  for (; ; ) {
    const seconds = Math.max(Math.min(Math.floor((until - Date.now()) / 1e3), WAIT_SECONDS), 0);
    const headers = etag === void 0 ? {} : { "If-None-Match": etag, Prefer: `wait=${seconds}` };
    const answer = await getPatiently(path, headers, until);
    if (!job || answer.status !== 304) job = answer.body;
    if (hasEnded(job) || Date.now() > until - 1e3) return job;
    onChange(job);
    const isHeld = answer.headers.has("preference-applied") || etag === void 0;
    if (!isHeld) await sleep(Math.min(PAUSE_MS, until - Date.now()));
    etag = answer.headers.get("etag") ?? etag;
  }
}
function hasEnded({ state }) {
  return ENDED_STATES.includes(state);
}

// bin/cli/add.ts
var BATCH = 25;
async function add(args, options) {
  const references = await readReferences(args, options);
  if (references.length === 0)
    throw usageError("Name a job: jobwatch add <jobId>. Use - to read the cloud's answer or ids from standard input.");
  const results = await register(references, registrationOf(options));
  const jobs = results.flatMap(({ job }) => job ?? []);
  printProblems(results);
  const isWaited = options.wait && jobs.length === references.length;
  if (options.json && !isWaited) print(JSON.stringify(references.length === 1 && jobs.length === 1 ? jobs[0] : { jobs }));
  else if (!options.json) for (const job of jobs) print(`tracking ${jobLine(job)}`);
  if (jobs.length < references.length) return EXIT.rejected;
  if (!isWaited) return 0;
  const exits = jobs.map(({ jobId, projectId, source }) => waitFor(jobId, { ...options, project: projectId, source }));
  return Math.max(...await Promise.all(exits));
}
function printProblems(results) {
  for (const { id, problem, job } of results) {
    if (problem) printError(`${id}: ${problemText(problem, /^\/jobs\/\d+/)}`);
    const failed = job && lastPollText(job);
    if (failed) printError(`${job.jobId}: ${failed}`);
  }
}
async function register(references, registration) {
  const bodies = references.map(({ fields }) => ({ ...registration, ...fields }));
  const [first, ...more] = references;
  if (first && more.length === 0) return [{ id: first.id, job: (await callApi("POST", "/jobs", bodies[0])).body }];
  const results = [];
  for (let from = 0; from < bodies.length; from += BATCH) {
    const { body } = await callApi("POST", "/jobs/batch", { jobs: bodies.slice(from, from + BATCH) });
    results.push(...body.results.map((result, index) => ({ id: references[from + index]?.id ?? "", ...result })));
  }
  return results;
}
function registrationOf(options) {
  return {
    source: options.source,
    operation: options.operation,
    shareId: options.share,
    feature: options.feature,
    projectId: options.project,
    ...optionFields(options),
    verify: options["no-verify"] ? false : void 0
  };
}

// bin/cli/channels.ts
async function channels(args, options) {
  rejectArguments(args);
  const { body } = await callApi("GET", "/channels");
  if (options.json) print(JSON.stringify(body));
  else if (body.channels.length === 0) print("This key has no channels.");
  else for (const line of alignColumns(body.channels.map(channelCells))) print(line);
  return 0;
}
function channelCells(channel) {
  const { name, state } = channel;
  switch (state) {
    case "open":
      return [name, state];
    case "backing-off":
      return [name, state, channel.nextSendAt];
    case "suspended":
      return [name, state, `${channel.suspendedSince} ${channel.reason}`];
  }
}
async function testChannel(args, options) {
  const path = `/channels/${encodeURIComponent(onlyArgument(args, "name"))}/test`;
  const { body } = await callApi("POST", path);
  const isDelivered = body.outcome === "delivered";
  if (options.json) print(JSON.stringify(body));
  else if (isDelivered) print("delivered");
  else printError(`not delivered: ${[body.outcome, body.reason].filter(Boolean).join(", ")}`);
  return isDelivered ? 0 : EXIT.failed;
}

// bin/cli/help.ts
var HELP = `jobwatch: watch the operations of a project, or track single jobs and wait until they end

  jobwatch watch                  notify your channels of every operation in a project  [--project <id>] [--source <name>]
      [--operations <name,name>]  [--name <pattern>]...  [--tag <key=value>]...  [--channel <name>]...  [--notify-on <kind,kind>]
  jobwatch watches                list your team's watches, and what is wrong with them
  jobwatch unwatch <watchId>      end a watch; jobs that it found are still tracked
  jobwatch add <jobId>...         register jobs; - reads the cloud's JSON answer or ids from standard input
      ${JOB_FLAGS_HELP}
      --project <id>  --no-verify (even if the cloud does not know it yet)  --wait [--timeout <duration>]
      --source <name>  --operation <name>  --share <id>  --feature <name>   for operations on shares, tasks and other services
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

// bin/cli/jobs.ts
var DEFAULT_LIMIT = 20;
var PAGE = 100;
async function list(args, options) {
  rejectArguments(args);
  const limit = Number(options.limit ?? DEFAULT_LIMIT);
  if (!(Number.isInteger(limit) && limit > 0)) throw usageError("--limit must be a whole number above 0.");
  const { state, type, source } = options;
  const filter = { state, type, label: options.label?.at(-1), source };
  const jobs = await listJobs(filter, limit);
  if (options.json) print(JSON.stringify({ jobs }));
  else if (jobs.length === 0)
    print(queryOf(filter) === "" ? "No jobs. Register one: jobwatch add <jobId>" : "No job matches the filter.");
  else for (const line of alignColumns(jobs.map(jobCells))) print(line);
  return 0;
}
async function listJobs(filter, limit) {
  const jobs = [];
  let cursor;
  do {
    const query = queryOf({ ...filter, limit: Math.min(limit - jobs.length, PAGE), cursor });
    const { body } = await callApi("GET", `/jobs${query}`);
    jobs.push(...body.jobs);
    cursor = body.next;
  } while (cursor !== void 0 && jobs.length < limit);
  return jobs;
}
function jobCells({ state, jobId, jobType = "", title, resource, registeredAt }) {
  return [state, jobId, jobType, `${ageOf(registeredAt)} ago`, title ?? resource?.name ?? ""];
}
async function show(args, options) {
  const { body: job } = await callApi("GET", jobPath(onlyArgument(args, "jobId"), options));
  if (options.json) print(JSON.stringify(job));
  else for (const line of jobDetails(job)) print(line);
  return 0;
}
async function stop(args, options) {
  const { body: job } = await callApi("DELETE", jobPath(onlyArgument(args, "jobId"), options));
  const done = job.state === "stopped" ? "stopped tracking" : "already ended:";
  print(options.json ? JSON.stringify(job) : `${done} ${jobLine(job)}`);
  return 0;
}

// bin/cli/watches.ts
var DEFAULT_WATCHED = "sfs-turbo-share";
async function watch(args, options) {
  rejectArguments(args);
  const { body } = await callApi("POST", "/watches", {
    source: options.source ?? DEFAULT_WATCHED,
    projectId: options.project,
    operations: options.operations?.split(","),
    names: options.name,
    tags: parsePairs("tag", options.tag),
    channels: options.channel,
    notifyOn: options["notify-on"]?.split(",")
  });
  print(options.json ? JSON.stringify(body) : `watching ${watchLine(body)}`);
  const trouble = troubleText(body);
  if (trouble) printError(`${body.watchId}: ${trouble}. The watch is kept, and the list is tried again every minute.`);
  return 0;
}
async function watches(args, options) {
  rejectArguments(args);
  const { body } = await callApi("GET", "/watches");
  if (options.json) print(JSON.stringify(body));
  else if (body.watches.length === 0) print("No watches. Watch a project: jobwatch watch --project <id>");
  else for (const line of alignColumns(body.watches.map((one) => [...watchCells(one), listText(one)]))) print(line);
  return 0;
}
async function unwatch(args, options) {
  const path = `/watches/${encodeURIComponent(onlyArgument(args, "watchId"))}`;
  const { body } = await callApi("DELETE", path);
  print(options.json ? JSON.stringify(body) : `stopped watching ${watchLine(body)}`);
  return 0;
}
function watchLine(one) {
  return watchCells(one).join("  ");
}
function watchCells({ watchId, source, projectId, operations, names, tags, channels: channels2 }) {
  const filters = [
    operations?.join(", ") ?? "all operations",
    names && `named ${names.join(", ")}`,
    tags && `tagged ${pairsText(tags)}`
  ];
  return [watchId, source, projectId, filters.filter(Boolean).join("; "), `to ${channels2.join(", ")}`];
}
function listText(one) {
  const { at } = one.lastList;
  const listed = at === void 0 ? "not listed yet" : `listed ${ageOf(at)} ago`;
  const waiting = one.waiting && `${one.waiting} operations wait, because the team has too many open jobs`;
  return [troubleText(one), listed, waiting].filter(Boolean).join("; ");
}
function troubleText({ lastList }) {
  const { outcome, since } = lastList;
  if (outcome === "pending" || outcome === "listed") return void 0;
  return `no list since ${since}: ${outcomeText(lastList, lastList.missingRight)}`;
}

// bin/cli/main.ts
var NAMED = ["project", "source"];
var CHOSEN = Object.keys(JOB_FLAGS);
var OF_OTHER_SOURCES = ["operation", "share", "feature"];
var COMMANDS = /* @__PURE__ */ new Map([
  ["watch", { run: watch, options: [...NAMED, "operations", "name", "tag", "channel", "notify-on"] }],
  ["watches", { run: watches, options: [] }],
  ["unwatch", { run: unwatch, options: [] }],
  ["add", { run: add, options: [...NAMED, ...CHOSEN, ...OF_OTHER_SOURCES, "no-verify", "wait", "timeout"] }],
  ["list", { run: list, options: ["state", "type", "label", "source", "limit"] }],
  ["show", { run: show, options: NAMED }],
  ["wait", { run: wait, options: [...NAMED, "timeout"] }],
  ["stop", { run: stop, options: NAMED }],
  ["channels", { run: channels, options: [] }],
  ["test-channel", { run: testChannel, options: [] }]
]);
async function main([name = "--help", ...args]) {
  if (/^(help|--help|-h)$/.test(name)) return printHelp();
  const command = COMMANDS.get(name);
  if (!command) throw usageError(`There is no command ${name}. The commands are ${[...COMMANDS.keys()].join(", ")}.`);
  const { positionals, options } = parseArguments(args, command.options);
  return options.help ? printHelp() : await command.run(positionals, options);
}
function printHelp() {
  process.stdout.write(`${HELP}
`);
  return 0;
}
process.stdout.on("error", () => process.exit(0));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof CommandError;
  const message = isOurs ? error.message : `this is a bug in jobwatch (${error instanceof Error ? error.name : ""}).`;
  printError(`jobwatch: ${message}`);
  process.exitCode = isOurs ? error.exit : EXIT.bug;
}
