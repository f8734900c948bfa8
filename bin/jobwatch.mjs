#!/usr/bin/env node
// The command line of sfs-jobwatch: one file for Node 20 or newer, without dependencies. The service serves it at `GET /jobwatch.mjs`.
// Built from bin/cli/ by `npm run command-line`. Do not edit.

// bin/cli/arguments.ts
import { parseArgs } from "node:util";

// bin/cli/errors.ts
var EXIT = {
  failed: 1,
  notEnded: 2,
  usage: 64,
  rejected: 65,
  unavailable: 69,
  bug: 70,
  output: 74,
  key: 77
};
var CommandError = class extends Error {
  name = "CommandError";
  exit;
  /** Whether the line ends with a reference to the help of the command. */
  hasHelp;
  constructor(exit, message, hasHelp = false) {
    super(message);
    this.exit = exit;
    this.hasHelp = hasHelp;
  }
};
function usageError(message) {
  return new CommandError(EXIT.usage, message, true);
}
function inputError(message) {
  return new CommandError(EXIT.usage, `${message} Nothing was registered.`);
}

// bin/cli/option-kinds.ts
function text(value, help2) {
  return { type: "string", value, help: help2 };
}
function texts(value, help2) {
  return { type: "string", multiple: true, value, help: help2 };
}
function flag(help2) {
  return { type: "boolean", help: help2 };
}

// bin/cli/job-options.ts
var JOB_FLAGS = {
  title: text("<text>", "what messages and pages call the job"),
  channel: texts("<name>", "notify this channel instead of the default"),
  "notify-on": text("<kind,kind>", "started, succeeded, failed, late, lost, unreachable, progress"),
  label: texts("<name=value>", "a label, such as ticket=OPS-1"),
  "expected-minutes": text("<n>", "the job is late after this time"),
  runbook: text("<url>", "what to do if the job fails")
};
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

// lib/domain/edit-distance.ts
function editDistance(from, to) {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const cell = (row, column) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column++) {
      const isEqual = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const replaced = cell(row - 1, column - 1) + (isEqual ? 0 : 1);
      const swapped = isSwapped ? cell(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(cell(row - 1, column) + 1, (current[column - 1] ?? 0) + 1, replaced, swapped));
    }
  }
  return cell(from.length, to.length);
}

// bin/cli/suggest.ts
function suggestion(name, known) {
  const near = known.map((one) => ({ one, distance: one.startsWith(name) && name.length > 2 ? 1 : editDistance(name, one) })).filter((candidate) => candidate.distance <= Math.min(2, Math.floor(name.length / 2))).sort((a, b) => a.distance - b.distance);
  return near[0] ? ` Did you mean ${near[0].one}?` : "";
}

// bin/cli/arguments.ts
var SECONDS = { s: 1, m: 60, h: 3600, d: 86400 };
var OPTIONS = {
  project: text("<id>", "the project in the cloud, 32 hexadecimal digits"),
  source: text("<name>", "the kind of job, such as sfs-turbo-share (docs/sources.md)"),
  ...JOB_FLAGS,
  operation: text("<name>", "the operation on the share, such as extend"),
  operations: text("<name,name>", "only these operations"),
  name: texts("<pattern>", "only shares with such a name; * stands for any text, ? for one character"),
  tag: texts("<key=value>", "only shares with this tag"),
  share: text("<id>", "the share of the task"),
  feature: text("<name>", "the feature of the task"),
  "no-verify": flag("register a job that the cloud does not know yet"),
  wait: flag("wait until the jobs have ended, like jobwatch wait"),
  timeout: text("<duration>", "the longest time to wait, such as 90s, 30m or 2h"),
  state: text("<state>", "only this state: waiting, failed, ..., or open or late"),
  type: text("<name>", "only this type, in the cloud's spelling, such as extend_share"),
  limit: text("<n>", "the number of jobs to list (default 20)"),
  watch: flag("list again every 5 seconds, until Ctrl-C"),
  for: text("<duration>", "for this time from now, such as 90m, 8h or 2d"),
  until: text("<time>", "until this time, such as 2030-01-31T18:00Z"),
  since: text("<time>", "all that expired at or after this time"),
  reason: text("<text>", "why; it is shown with the job"),
  off: flag("end the silence"),
  url: text("<address>", "the address of the service, such as https://jobwatch.example.com"),
  json: flag("print the service's answer"),
  profile: text("<name>", "use the address and key that jobwatch login saved under this name"),
  "no-color": flag("print without colors, like the variable NO_COLOR"),
  help: { ...flag("show this help"), short: "h" }
};
var COMMON = ["json", "profile", "no-color", "help"];
function parseArguments(args2, names) {
  const allowed = [...names, ...COMMON];
  try {
    const options = Object.fromEntries(allowed.map((name) => [name, OPTIONS[name]]));
    const { positionals, values } = parseArgs({ args: args2, options, allowPositionals: true });
    return { positionals: positionals.map((positional) => positional.trim()), options: values };
  } catch (error) {
    throw usageError(explain(error, allowed));
  }
}
function explain(error, allowed) {
  const message = error instanceof Error ? error.message : "";
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  if (unknown === void 0) return `${message.split(". ")[0]}.`.replace(/\.\.$/, ".");
  if (/^--(key|api-key|token|password)$/.test(unknown))
    return "A key is never an argument, since other users could see it. Use jobwatch login, or set JOBWATCH_KEY.";
  const near = suggestion(
    unknown,
    allowed.map((name) => `--${name}`)
  );
  return `This command has no option ${unknown}.${near}`;
}
function onlyArgument(args2, name) {
  const [first, ...more] = args2;
  if (first === void 0 || first === "") throw usageError(`<${name}> is missing.`);
  if (more.length > 0) throw usageError(`This command takes one <${name}>. Unexpected: ${more.join(" ")}.`);
  return first;
}
function rejectArguments(args2) {
  if (args2.length > 0) throw usageError(`This command takes no arguments. Unexpected: ${args2.join(" ")}.`);
}
function parseDuration(option, value) {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|h|d)$/.exec(value) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === void 0) throw usageError(`--${option} must be a duration such as 90s, 30m or 2h.`);
  return Number(count) * seconds * 1e3;
}
function parseEnd(options) {
  const { for: span, until } = options;
  if (span === void 0 === (until === void 0)) throw usageError("Use --for <duration> or --until <time>.");
  return span === void 0 ? parseTime("until", until ?? "") : new Date(Date.now() + parseDuration("for", span)).toISOString();
}
function parseTime(option, value) {
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw usageError(`--${option} must be a time such as 2030-01-31T18:00Z. Without Z it is local time.`);
  return new Date(at).toISOString();
}

// bin/cli/http.ts
import { Agent, request as request2 } from "node:http";
import { request as requestSecurely2, Agent as SecureAgent } from "node:https";
import { text as text2 } from "node:stream/consumers";

// bin/cli/proxy.ts
import { request } from "node:http";
import { request as requestSecurely } from "node:https";
import { isIP } from "node:net";
import { connect } from "node:tls";
function isThisMachine({ hostname }) {
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}
function proxyFor(target, variables) {
  if (isThisMachine(target)) return void 0;
  const variable2 = (name) => (variables[name.toLowerCase()] || variables[name])?.trim();
  const proxy = variable2("HTTPS_PROXY") || variable2("HTTP_PROXY");
  const excluded = (variable2("NO_PROXY") ?? "").toLowerCase().split(/[\s,]+/);
  return proxy && !excluded.some((host) => isExcluded(host, target)) ? proxy : void 0;
}
function isExcluded(entry, { hostname, port }) {
  const [, host = "", wantedPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  if (host === "" || wantedPort !== void 0 && wantedPort !== (port || "443")) return false;
  const domain = host.replace(/^\*?\./, "");
  return host === "*" || hostname === domain || hostname.endsWith(`.${domain}`);
}
async function connectThrough(proxy, target, signal) {
  const authority = `${target.hostname}:${target.port || 443}`;
  const send3 = proxy.protocol === "https:" ? requestSecurely : request;
  const user = proxy.username === "" ? void 0 : `${proxy.username}:${proxy.password}`;
  const headers = {
    Host: authority,
    ...user && { "Proxy-Authorization": `Basic ${Buffer.from(decodeURIComponent(user)).toString("base64")}` }
  };
  const { protocol, hostname, port } = proxy;
  const socket = await new Promise((resolve, reject) => {
    send3({
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ""),
      port,
      method: "CONNECT",
      path: authority,
      headers,
      signal,
      agent: false
    }).on("connect", ({ statusCode }, tunnel) => {
      if (statusCode === 200) return resolve(tunnel);
      tunnel.destroy();
      reject(new Error(`the proxy answers ${statusCode}`));
    }).on("response", ({ statusCode }) => reject(new Error(`the proxy answers ${statusCode}`))).on("error", reject).end();
  });
  const name = target.hostname.replace(/^\[|\]$/g, "");
  return connect({ socket, ...isIP(name) === 0 ? { servername: name } : { host: name } });
}

// bin/cli/http.ts
var TIMEOUT_MS = 4e4;
var AGENTS = { "http:": new Agent({ keepAlive: true }), "https:": new SecureAgent({ keepAlive: true }) };
async function send(address, path, what, setting) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const target = new URL(address + path);
  const proxy = proxyFor(target, process.env);
  try {
    const response = await respond(target, what, await routeTo(target, proxy, signal), signal);
    const { statusCode = 0, headers } = response;
    return { status: statusCode, headers: headersOf(headers), text: await text2(response).catch(() => "") };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const through = proxy === void 0 ? "" : ` through the proxy ${hostOf(proxy)}`;
    const advice = proxy === void 0 ? `Check ${setting}.` : `Check ${setting}, HTTPS_PROXY and NO_PROXY.`;
    throw new CommandError(
      EXIT.unavailable,
      `The service at ${address} does not answer${through} (${causeOf(error)}). ${advice}`
    );
  }
}
async function routeTo(target, proxy, signal) {
  if (proxy === void 0) return { agent: AGENTS[target.protocol === "https:" ? "https:" : "http:"] };
  const url = URL.canParse(proxy) ? new URL(proxy) : void 0;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandError(
      EXIT.usage,
      "HTTPS_PROXY must be an address that begins with http:// or https://, such as http://proxy.example.com:3128."
    );
  const connection = await connectThrough(url, target, signal);
  const agent = new SecureAgent({ keepAlive: true });
  agent.createConnection = () => connection;
  return { agent };
}
function respond(target, { method, headers, body }, route, signal) {
  const start2 = target.protocol === "https:" ? requestSecurely2 : request2;
  return new Promise((resolve, reject) => {
    start2(target, { method, headers, signal, ...route }, resolve).on("error", reject).end(body);
  });
}
function headersOf(headers) {
  return new Headers(Object.entries(headers).flatMap(([name, value]) => value === void 0 ? [] : [[name, String(value)]]));
}
function hostOf(proxy) {
  return URL.canParse(proxy) ? new URL(proxy).host : "";
}
var CAUSES = /* @__PURE__ */ new Map([
  ["ECONNREFUSED", "nothing listens at this address"],
  ["ENOTFOUND", "the host name is unknown"],
  ["EAI_AGAIN", "the host name cannot be resolved"],
  ["ECONNRESET", "the connection was closed"],
  ["ETIMEDOUT", "no connection"],
  ["ABORT_ERR", `nothing within ${TIMEOUT_MS / 1e3} s`],
  ["EPROTO", "no encrypted connection; is it an http:// address?"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"]
]);
function causeOf(error) {
  const { code = "", message = "" } = error instanceof Error ? error : {};
  const words = CAUSES.get(code);
  if (words !== void 0) return `${code}: ${words}`;
  if (/SELF_SIGNED|UNABLE_TO/.test(code))
    return `${code}: its certificate is not trusted; NODE_EXTRA_CA_CERTS can name your authority`;
  return code || message;
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

// bin/cli/profiles.ts
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

// lib/domain/json.ts
function parseJson(text3, revive) {
  try {
    return JSON.parse(text3, revive);
  } catch {
    return void 0;
  }
}
function parseObject(text3) {
  return objectOf(parseJson(text3));
}
function objectOf(value) {
  return isObject(value) ? value : void 0;
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// bin/cli/output.ts
var CODES = { good: 32, bad: 31, warning: 33, busy: 36, quiet: 2, strong: 1 };
var areColoursAllowed = true;
var isReaderGone = false;
var failure;
function disableColours() {
  areColoursAllowed = false;
}
function watchStreams() {
  process.stdout.on("error", noteFailure);
  process.stderr.on("error", () => void 0);
}
function isOutputClosed() {
  return isReaderGone;
}
function outputFailure() {
  return failure;
}
function noteFailure(error) {
  if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") isReaderGone = true;
  else failure ??= error;
}
function isTerminal(stream = process.stdout) {
  return stream.isTTY === true;
}
function clean(text3) {
  return text3.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
}
function quote(text3, most = 60) {
  const line = clean(text3);
  return `"${line.length > most ? `${line.slice(0, most)}...` : line}"`;
}
function print(...pieces) {
  write(process.stdout, `${paint(process.stdout, pieces)}
`);
}
function printError(...pieces) {
  write(process.stderr, `${paint(process.stderr, pieces)}
`);
}
function write(stream, text3) {
  try {
    stream.write(text3);
  } catch (error) {
    if (stream === process.stdout) noteFailure(error);
  }
}
function paint(stream, pieces) {
  const hasColours = areColoursAllowed && isTerminal(stream) && stream.hasColors();
  return pieces.map((piece) => {
    if (typeof piece === "string") return clean(piece);
    return hasColours ? `\x1B[${CODES[piece.tone]}m${clean(piece.text)}\x1B[0m` : clean(piece.text);
  }).join("");
}

// bin/cli/profiles.ts
var DEFAULT_PROFILE = "default";
function profilesFile() {
  const { XDG_CONFIG_HOME = "", APPDATA = "" } = process.env;
  const folders = [XDG_CONFIG_HOME, ...process.platform === "win32" ? [APPDATA] : []];
  return join(folders.find((folder) => isAbsolute(folder)) ?? join(homedir(), ".config"), "jobwatch", "config.json");
}
function checkProfileName(name) {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw usageError("A profile has a name of at most 64 letters, digits, dots, hyphens and underscores.");
  return name;
}
async function readProfiles() {
  const file = profilesFile();
  const text3 = await readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return void 0;
    throw new CommandError(EXIT.usage, `${file} cannot be read (${error.code}).`);
  });
  if (text3 === void 0) return /* @__PURE__ */ new Map();
  const profiles = parseObject(text3)?.profiles;
  if (!isObject(profiles)) throw new CommandError(EXIT.usage, `${file} is damaged. Remove it, then use jobwatch login.`);
  await warnIfReadable(file);
  return new Map(Object.entries(profiles).flatMap(([name, one]) => isProfile(one) ? [[name, one]] : []));
}
async function writeProfiles(profiles) {
  const file = profilesFile();
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 448 });
    const text3 = JSON.stringify({ profiles: Object.fromEntries(profiles) }, null, 2);
    await writeFile(draft, `${text3}
`, { mode: 384, flag: "wx" });
    await rename(draft, file);
  } catch (error) {
    throw new CommandError(EXIT.output, `${file} cannot be written (${error.code}).`);
  }
}
function isProfile(value) {
  return isObject(value) && typeof value.url === "string" && typeof value.key === "string";
}
async function warnIfReadable(file) {
  const { mode } = await stat(file);
  if (process.platform !== "win32" && (mode & 63) !== 0)
    printError(`jobwatch: other users can read your keys. Run: chmod 600 ${file}`);
}

// bin/cli/service.ts
var chosenProfile;
var service;
function chooseProfile(name) {
  chosenProfile = name;
}
function useService(chosen) {
  service = Promise.resolve(chosen);
}
function currentService() {
  service ??= findService();
  return service;
}
function profileName() {
  return chosenProfile ?? (variable("JOBWATCH_PROFILE") || void 0);
}
function variable(name) {
  return (process.env[name] ?? "").trim();
}
async function findService() {
  const [url, key] = [variable("JOBWATCH_URL"), variable("JOBWATCH_KEY")];
  if (chosenProfile === void 0 && (url !== "" || key !== "")) {
    if (url === "") throw usageError("Set JOBWATCH_URL to the address of the service, such as https://jobwatch.example.com.");
    return { url: checkAddress(url, "JOBWATCH_URL"), key: checkKey(key), setting: "JOBWATCH_URL" };
  }
  const profiles = await readProfiles();
  const name = checkProfileName(profileName() ?? DEFAULT_PROFILE);
  const profile = profiles.get(name);
  if (profile) {
    const setting = `profile ${name}`;
    return { url: checkAddress(profile.url, setting), key: checkKey(profile.key), setting };
  }
  if (profileName() !== void 0)
    throw usageError(`There is no profile ${name}. Use jobwatch login --profile ${name}.${listOf([...profiles.keys()])}`);
  throw usageError(
    "Use jobwatch login once, or set JOBWATCH_URL and JOBWATCH_KEY to the address of the service and your team's key."
  );
}
function listOf(names) {
  return names.length === 0 ? "" : ` Your profiles: ${names.join(", ")}.`;
}
function checkAddress(text3, setting) {
  const url = text3.trim().replace(/(?<!\/)\/+$/, "");
  if (!/^https?:\/\//i.test(url)) throw usageError(`${setting} must begin with https:// or http://.${schemeFor(url)}`);
  if (!/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(url) || !URL.canParse(url))
    throw usageError(`${setting} must be an address such as https://jobwatch.example.com.`);
  const parsed = new URL(url);
  if (parsed.protocol !== "https:" && !isThisMachine(parsed))
    throw usageError(
      `${setting} must begin with https://. http would send your key unencrypted. It works only for this machine, and through no proxy.`
    );
  return url;
}
function schemeFor(address) {
  if (!/^[\w.-]+(:\d{1,5})?(\/[\w./-]*)?$/.test(address) || !URL.canParse(`http://${address}`)) return "";
  return ` Did you mean ${isThisMachine(new URL(`http://${address}`)) ? "http" : "https"}://${address}?`;
}
function checkKey(text3) {
  const key = text3.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw usageError("Set JOBWATCH_KEY to your team's key, such as sfsjw_...");
  return key;
}

// bin/cli/client.ts
var PATIENCE_MS = 5 * 6e4;
var PAUSE_MS = 5e3;
var LONGEST_PAUSE_MS = 3e4;
var OWN_FIELDS = ["jobId", "jobs", "results", "channels", "watchId", "watches", "outcome"];
async function callApi(method, path, body, more = {}) {
  const service2 = await currentService();
  const { url, key, setting } = service2;
  const headers = { Authorization: `Bearer ${key}`, ...body && { "Content-Type": "application/json" }, ...more };
  const answer = await send(url, path, { method, headers, body: body && JSON.stringify(body) }, setting);
  const { status } = answer;
  if (status === 304) return { status, headers: answer.headers, body: {} };
  const parsed = parseObject2(answer.text);
  if (status < 200 || status > 299) throw errorOf(service2, answer, parsed);
  if (parsed === void 0 || !OWN_FIELDS.some((name) => name in parsed))
    throw new CommandError(EXIT.unavailable, `${url} is not an sfs-jobwatch service. Check ${setting}.`);
  return { status, headers: answer.headers, body: parsed };
}
async function getPatiently(path, headers, until, onAway) {
  const deadline = Math.min(Date.now() + PATIENCE_MS, until);
  for (let attempt = 1; ; attempt++) {
    try {
      return await callApi("GET", path, void 0, headers);
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS * attempt, LONGEST_PAUSE_MS);
      const isUnavailable = error instanceof CommandError && error.exit === EXIT.unavailable;
      if (!isUnavailable || Date.now() + pauseMs > deadline) throw error;
      if (attempt > 1) onAway(error.message, deadline);
      await sleep(pauseMs);
    }
  }
}
function errorOf({ url, setting }, { status, headers }, problem) {
  const after = headers.get("retry-after");
  const again = after === null ? "" : ` Try again in ${after} s.`;
  if (!problem?.title) {
    const text3 = `${url} answers ${status} and may not be an sfs-jobwatch service. Check ${setting}.${again}`;
    return new CommandError(EXIT.unavailable, text3);
  }
  if (status === 401) {
    const check = setting === "JOBWATCH_URL" ? "Check JOBWATCH_KEY" : `Use jobwatch login again for ${setting}`;
    return new CommandError(EXIT.key, `The key was rejected. ${check}, or ask the operators for a new key.`);
  }
  return new CommandError(exitOf(status), problemText(problem) + (problem.type === "unavailable" ? again : ""));
}
function exitOf(status) {
  if (status === 403) return EXIT.key;
  return status === 429 || status >= 500 || status < 400 ? EXIT.unavailable : EXIT.rejected;
}
function parseObject2(text3) {
  try {
    const value = JSON.parse(text3);
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
async function pageOf({ jobId, projectId, source }) {
  return `${(await currentService()).url}${jobPath(jobId, { project: projectId, source })}`;
}
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}

// lib/domain/job/sub-jobs.ts
function hasFailed({ state, errorCode, failReason }) {
  return state === "failed" || state !== "success" && (Boolean(errorCode) || Boolean(failReason));
}
function failedSubJobs({ subJobs }) {
  return subJobs.filter(hasFailed);
}

// lib/domain/time-words.ts
var MINUTE = 6e4;
function duration(ms) {
  const minutes = Math.floor(Math.max(ms, 0) / MINUTE);
  if (ms < 1e3) return "under a second";
  if (minutes < 1) return `${Math.floor(ms / 1e3)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return `${minutes} min`;
  return hours < 24 ? parts(hours, "h", minutes % 60, "min") : parts(Math.floor(hours / 24), "d", hours % 24, "h");
}
function parts(large, largeUnit, small, smallUnit) {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
function range(lowMs, highMs) {
  const [low, high] = [duration(lowMs), duration(highMs)];
  if (low === high) return high;
  const [, least, unit] = /^(\d+) (\w+)$/.exec(low) ?? [];
  const isAlike = unit !== void 0 && /^\d+ (\w+)$/.exec(high)?.[1] === unit;
  return `${isAlike ? least : low} to ${high}`;
}

// bin/cli/job-text.ts
var STATES = {
  registered: { icon: "○", tone: "quiet" },
  waiting: { icon: "○", tone: "quiet" },
  running: { icon: "●", tone: "busy" },
  success: { icon: "✓", tone: "good" },
  failed: { icon: "✗", tone: "bad" },
  lost: { icon: "?", tone: "bad" },
  stopped: { icon: "■", tone: "quiet" }
};
function toneOf(state) {
  return appearanceOf(state).tone;
}
function stateCell(state) {
  const { icon, tone } = appearanceOf(state);
  return { text: isTerminal() ? `${icon} ${state}` : state, tone };
}
function appearanceOf(state) {
  return Object.hasOwn(STATES, state) ? STATES[state] : { icon: "·", tone: "quiet" };
}
function jobLine(job) {
  return joinTexts([nameOf(job), job.state], "  ");
}
function jobPieces(job) {
  return [`${nameOf(job)}  `, { text: job.state, tone: toneOf(job.state) }];
}
function nameOf({ jobId, title, resource, jobType }) {
  const name = title ?? resource?.name;
  return joinTexts([jobId, name && `"${name}"`, jobType], "  ");
}
function endPieces(job) {
  return [...jobPieces(job), endText(job)];
}
function endText(job) {
  const ran = job.beginTime && job.endTime ? ` after ${timeBetween(job.beginTime, job.endTime)}` : "";
  const [step] = failedSubJobs(job);
  const lastNews = job.transitions.findLast(({ kind }) => kind !== "changed");
  const code = job.errorCode ?? step?.errorCode;
  const why = job.failReason ?? step?.failReason ?? code ?? lastNews?.reason;
  const reason = job.state === "success" || !why ? "" : `: ${why}${code && code !== why ? ` (${code})` : ""}`;
  return `${ran}${reason}`;
}
function typicalText({ state, beginTime, expectedEnd }) {
  if (state !== "running" || beginTime === void 0 || !expectedEnd) return void 0;
  const began = Date.parse(beginTime);
  const { at, from, to } = expectedEnd;
  if (from === void 0 || to === void 0) return `expected ${duration(Date.parse(at) - began)}`;
  return `typically ${range(Date.parse(from) - began, Date.parse(to) - began)}`;
}
function joinTexts(texts2, separator = " ") {
  return texts2.filter(Boolean).join(separator);
}
function ageOf(time) {
  return timeBetween(time, (/* @__PURE__ */ new Date()).toISOString());
}
function clockTime(time) {
  const text3 = new Date(time).toISOString();
  const isToday = text3.slice(0, 10) === (/* @__PURE__ */ new Date()).toISOString().slice(0, 10);
  return `${isToday ? "" : `${text3.slice(0, 10)} `}${text3.slice(11, 16)} UTC`;
}
function fullTime(time) {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}
function timeBetween(from, to) {
  return duration(Math.max(Date.parse(to) - Date.parse(from), 0));
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
    const text3 = chosen[name] === void 0 ? textIn(answer, spellingsOf(name, source)) : void 0;
    return text3 === void 0 ? [] : [[name, text3]];
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
    const parts2 = [ERROR_CODES, ERROR_TEXTS].map((names) => textIn(one, names)).filter((part) => part !== void 0);
    if (parts2.length > 0) return parts2.join(" ");
  }
  return void 0;
}
function textIn(answer, names) {
  const texts2 = names.map((name) => answer[name]).filter((value) => typeof value === "string" || typeof value === "number");
  return texts2.map(String).find((text3) => text3 !== "");
}

// bin/cli/json-values.ts
function parseJsonValues(text3) {
  return splitValues(text3).flatMap((part) => {
    const value = parseJson(part);
    if (value === void 0) throw inputError(`Standard input is not valid JSON here: ${quote(part)}.`);
    return value;
  });
}
function splitValues(text3) {
  const parts2 = [];
  let [start2, depth, isInString] = [0, 0, false];
  for (let at = 0; at < text3.length; at++) {
    const character = text3.charAt(at);
    if (character === "\\" && isInString) at++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (/[[{]/.test(character)) depth++;
    else if (/[\]}]/.test(character) && --depth === 0) {
      parts2.push(text3.slice(start2, at + 1).trim());
      start2 = at + 1;
    }
  }
  const rest = text3.slice(start2).trim();
  if (depth > 0) throw inputError(`Standard input is incomplete JSON. It ends with ${quote(rest.slice(-40))}.`);
  return rest === "" ? parts2 : [...parts2, rest];
}

// bin/cli/standard-input.ts
async function readStandardInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const text3 = decode(Buffer.concat(chunks)).trim();
  if (text3 === "") throw inputError("Standard input is empty. Did the command before the pipe fail?");
  if (text3.startsWith("<")) throw inputError(`Standard input is a web page, not the cloud's JSON answer: ${quote(text3)}.`);
  if (/^HTTP\/\d/.test(text3)) throw inputError("Standard input begins with HTTP headers. Use curl without -i.");
  return text3;
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
async function readReferences(args2, options) {
  const { source, share: shareId2, operation, feature } = options;
  const chosen = { source, shareId: shareId2, operation, feature };
  const references = args2.map(
    async (arg) => arg === "-" ? parseInput(await readStandardInput(), chosen) : [byId(arg, source)]
  );
  return (await Promise.all(references)).flat();
}
function byId(id, source) {
  return { id, fields: { [idFieldOf(source).name]: id } };
}
function parseInput(text3, chosen) {
  if (!/^[[{]/.test(text3)) return text3.split("\n").flatMap((line, index) => parseLine(line.trim(), index + 1, chosen.source));
  const answers = parseJsonValues(text3);
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
var CLOUD_STATES = ["waiting", "running", "success", "failed"];

// bin/cli/table.ts
var WIDE = /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;
var NO_WIDTH = new RegExp("\\p{M}|\\u200b|\\u200c|\\u200d", "u");
function printTable(header, rows) {
  for (const line of tableLines(header, rows)) print(...line);
}
function tableLines(header, rows) {
  if (!isTerminal()) return alignColumns(rows);
  const head = header.map((text3) => ({ text: text3, tone: "quiet" }));
  return alignColumns([head, ...rows]).map((line) => truncateLine(line, process.stdout.columns || 80));
}
function alignColumns(rows) {
  const widths = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(textOf(cell)));
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => textOf(cell) !== "");
    return row.slice(0, last + 1).flatMap((cell, at) => {
      const width = widths[at] ?? 0;
      if (width === 0) return [];
      return at === last ? [cell] : [cell, " ".repeat(width - widthOf(textOf(cell)) + 2)];
    });
  });
}
function truncateLine(line, most) {
  let left = most;
  const total = line.reduce((sum, piece) => sum + widthOf(textOf(piece)), 0);
  if (total <= most) return line;
  return line.flatMap((piece) => {
    const text3 = textOf(piece);
    if (left <= 0) return [];
    const cut = widthOf(text3) < left ? text3 : `${fitting(text3, left - 1)}…`;
    left -= widthOf(text3);
    return [typeof piece === "string" ? cut : { ...piece, text: cut }];
  });
}
function fitting(text3, most) {
  let width = 0;
  let end2 = "";
  for (const character of text3) {
    width += widthOf(character);
    if (width > most) break;
    end2 += character;
  }
  return end2;
}
function textOf(piece) {
  return clean(typeof piece === "string" ? piece : piece.text);
}
function widthOf(text3) {
  let width = 0;
  for (const character of text3) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

// bin/cli/progress.ts
var { stderr } = process;
var shown = /* @__PURE__ */ new Map();
var height = 0;
var timer;
function begin(jobId) {
  shown.set(jobId, {});
  if (isTerminal(stderr)) timer ??= setInterval(draw, 1e3);
}
function showJob(jobId, job) {
  update(jobId, { job, away: void 0 }, `${jobLine(job)}${detailsOf(job)}`);
}
function showAway(jobId, reason, until) {
  const away = `${reason} Trying again until ${clockTime(until)}.`;
  update(jobId, { away }, `${jobId}: ${away}`);
}
function end(jobId) {
  clear();
  shown.delete(jobId);
  if (shown.size > 0) return;
  clearInterval(timer);
  timer = void 0;
}
function update(jobId, change, line) {
  const one = { ...shown.get(jobId), ...change };
  if (isTerminal(stderr)) {
    shown.set(jobId, one);
    draw();
  } else {
    if (line !== one.line) printError(line);
    shown.set(jobId, { ...one, line });
  }
}
function draw() {
  clear();
  const most = Math.max((stderr.columns || 80) - 1, 20);
  const lines = [...shown].map(([jobId, one]) => paint(stderr, truncateLine(linePieces(jobId, one), most)));
  write(stderr, lines.join("\n"));
  height = lines.length;
}
function clear() {
  if (height > 0) write(stderr, `\r${height > 1 ? `\x1B[${height - 1}A` : ""}\x1B[J`);
  height = 0;
}
function linePieces(jobId, { job, away }) {
  if (away) return [`${jobId}  `, { text: away, tone: "warning" }];
  if (!job) return [`${jobId}  ...`];
  const age = job.beginTime ? ` for ${ageOf(job.beginTime)}` : "";
  return [...jobPieces(job), `${age}${detailsOf(job)}`];
}
function detailsOf(job) {
  const { subJobs } = job;
  const typical = typicalText(job);
  const news = `${typical ? `, ${typical}` : ""}${job.lastPoll ? `, ${lastPollText(job)}` : ""}`;
  if (subJobs.length < 2) return news;
  const done = subJobs.filter(({ state }) => state === "success").length;
  const running = subJobs.find(({ state }) => state === "running")?.jobType;
  return `${news} (step ${Math.min(done + 1, subJobs.length)} of ${subJobs.length}${running ? `: ${running}` : ""})`;
}
function explainInterrupt() {
  if (process.listenerCount("SIGINT") > 0) return;
  process.once("SIGINT", () => {
    clear();
    const ids = [...shown.keys()];
    const isOne = ids.length === 1;
    printError(
      `${isOne ? "The job is" : `${ids.length} jobs are`} still tracked. To wait again: jobwatch wait ${isOne ? ids[0] : "<jobId>"}`
    );
    process.kill(process.pid, "SIGINT");
  });
}

// lib/domain/job/failure-hints.ts
var FAILURE_HINTS = /* @__PURE__ */ new Map([
  ["SFS.TURBO.0001", "The cloud rejected a parameter. Check the name, size, type, network and security group of the request."],
  [
    "SFS.TURBO.0002",
    "The share or something it refers to does not exist, or the user may not see it. Check both before you try again."
  ],
  [
    "SFS.TURBO.0005",
    "The cloud had an internal error. Try again; if the error persists, open a support ticket with the request id of the job."
  ],
  [
    "SFS.TURBO.0010",
    "A quota of the project is used up. Delete what you no longer need or request a higher quota, then try again."
  ],
  ["SFS.TURBO.0011", "Another operation is running on the share. Wait until it ends, then start this one again."],
  ["SFS.TURBO.0015", "The user that started the job lacks the permission. Ask an administrator to grant it."],
  ["SFS.TURBO.0029", "The subnet has no free address. Release addresses, or choose a larger subnet, then try again."],
  ["SFS.TURBO.0030", "This share type is sold out in this zone. Try another availability zone or type, or try again later."],
  ["SFS.TURBO.0032", "This share type is sold out in this zone. Try another availability zone or type, or try again later."],
  ["SFS.TURBO.0037", "The request conflicted with another one on the same share. Try again in a few minutes."],
  [
    "SFS.TURBO.0038",
    "The cloud reports an unknown error. Check the share; if it is not usable, open a support ticket with the request id of the job."
  ],
  ["SFS.TURBO.9000", "The share probably no longer exists. Check whether somebody deleted it."]
]);
var SHARE_HINTS = /* @__PURE__ */ new Map([
  [
    "300",
    "Check the share in the cloud's console, then start the operation again. If it fails again, open a support ticket with the request id of the job."
  ],
  [
    "303",
    "Check the quotas of the project, the free addresses of the subnet and the share type. Delete the failed share, then create it again."
  ],
  ["321", "Check the capacity quota of the project and the share in the cloud's console, then extend the share again."],
  ["332", "Check in the cloud's console that the security group exists, then change it again."],
  ["350", "Check the bucket of the storage backend and its permissions in the cloud's console, then add the backend again."],
  ["351", "Check in the cloud's console that nothing uses the storage backend any more, then remove it again."],
  ["400", "The share was deleted while the operation was running. Check who deleted it."],
  ["800", "Check in the cloud's console why the share is frozen."]
]);
function hintFor2(job) {
  const hints = job.source === "sfs-turbo-share" ? SHARE_HINTS : FAILURE_HINTS;
  const codes = [failedSubJobs(job)[0]?.errorCode, job.errorCode];
  return codes.map((code) => hints.get(code ?? "")).find((hint) => hint !== void 0);
}

// lib/domain/job/job-types.ts
var JOB_TYPES = /* @__PURE__ */ new Map([
  ["create_share", "Create share"],
  ["hpc_create_share", "Create HPC share"],
  ["delete_share", "Delete share"],
  ["extend_share", "Extend share"],
  ["change_security_group", "Change security group"],
  ["create_obs_target", "Add storage backend"],
  ["delete_obs_target", "Remove storage backend"],
  ["bind_ldap", "Bind LDAP"],
  ["unbind_ldap", "Unbind LDAP"],
  ["update_ldap", "Update LDAP"],
  ["add_ad_domain", "Join AD domain"],
  ["change_ad_domain", "Change AD domain"],
  ["quit_ad_domain", "Leave AD domain"],
  ["dir_usage", "Directory usage"],
  ["hpc_cache", "HPC cache task"],
  ["hpc_cache_export", "HPC cache export"],
  ["hpc_cache_import", "HPC cache import"],
  ["hpc_cache_import_metadata", "HPC cache metadata import"],
  ["hpc_cache_preload", "HPC cache preload"]
]);
var JOB_TYPE_NAMES = [...JOB_TYPES.keys()];
function typeName(jobType) {
  return JOB_TYPES.get(jobType) ?? capitalised(jobType);
}
function capitalised(jobType) {
  const words = jobType.replaceAll("_", " ").replaceAll(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => ` ${letter.toLowerCase()}`).trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// lib/domain/job/resource.ts
function sizeWords({ size, sizeBefore }) {
  if (size === void 0) return void 0;
  return sizeBefore === void 0 ? gigabytes(size) : `${gigabytes(sizeBefore)} to ${gigabytes(size)}`;
}
function gigabytes(size) {
  return `${size.toLocaleString("en-US", { maximumFractionDigits: 2 })} GB`;
}

// lib/domain/job/transitions.ts
var TABLE = {
  registered: { rank: 5, label: "Registered", predicate: "is being tracked", emoji: "📝", tone: "neutral" },
  waiting: { rank: 5, label: "Waiting", predicate: "is waiting to run", emoji: "⏳", tone: "neutral" },
  running: {
    news: "started",
    canWait: true,
    rank: 5,
    label: "Running",
    predicate: "is running",
    emoji: "▶️",
    tone: "neutral"
  },
  success: {
    news: "succeeded",
    canWait: true,
    rank: 5,
    label: "Finished",
    predicate: "finished",
    ending: "result",
    emoji: "✅",
    tone: "good"
  },
  failed: {
    news: "failed",
    passesSilence: true,
    mention: "failed",
    rank: 0,
    label: "Failed",
    predicate: "failed",
    ending: "result",
    emoji: "❌",
    tone: "bad"
  },
  "sub-job": {
    news: "progress",
    canWait: true,
    rank: 5,
    label: "Progress",
    countLabel: "in progress",
    predicate: "made progress",
    ending: "reason",
    emoji: "🔄",
    tone: "neutral"
  },
  late: {
    news: "late",
    mention: "late",
    rank: 4,
    shownAs: "late",
    label: "Late",
    predicate: "is late",
    ending: "open for",
    emoji: "⏰",
    tone: "warning",
    advice: "Check in the cloud's console whether the operation still makes progress. If it does, nothing needs to be done: you are notified when it ends."
  },
  reminder: {
    news: "late",
    mention: "late",
    rank: 4,
    shownAs: "late",
    label: "Reminder",
    countLabel: "still late",
    predicate: "is still late",
    ending: "open for",
    emoji: "⏰",
    tone: "warning",
    advice: "Check the operation in the cloud's console. If it hangs, open a support ticket with the id of the job. To get no more reminders, silence the job or stop tracking it."
  },
  "unknown-status": {
    news: "operators",
    passesSilence: true,
    rank: 5,
    label: "Unknown status",
    countLabel: "with an unknown status",
    predicate: "has an unknown status",
    ending: "quoted reason",
    emoji: "⚠️",
    tone: "warning",
    advice: "Report the status to the maintainers of sfs-jobwatch. The job is still tracked; its team was not notified."
  },
  unreachable: {
    news: "unreachable",
    rank: 4,
    label: "Unreachable",
    predicate: "cannot be checked",
    ending: "reason",
    emoji: "🔌",
    tone: "warning",
    advice: "Check the operation in the cloud's console: other jobs can be checked, but not this one. You are notified when it can be checked again."
  },
  recovered: {
    news: "unreachable",
    rank: 5,
    label: "Recovered",
    predicate: "can be checked again",
    ending: "plain reason",
    emoji: "🔁",
    tone: "good"
  },
  lost: {
    news: "lost",
    passesSilence: true,
    mention: "lost",
    rank: 1,
    label: "Lost",
    predicate: "is lost",
    ending: "unknown to the cloud",
    emoji: "❓",
    tone: "bad",
    advice: "Check the result in the cloud's console: the operation may have succeeded. To keep tracking it, register the job again."
  },
  stopped: {
    news: "always",
    needsReason: true,
    passesSilence: true,
    rank: 2,
    label: "Stopped",
    predicate: "is no longer tracked",
    ending: "reason",
    emoji: "⏹️",
    tone: "warning",
    advice: "To keep tracking it, register the job again."
  },
  changed: {
    isAboutOptions: true,
    rank: 5,
    label: "Options changed",
    countLabel: "changed",
    predicate: "has changed options",
    ending: "reason",
    emoji: "📝",
    tone: "neutral"
  }
};
var TRANSITIONS = TABLE;
var TRANSITION_KINDS = [...new Set(Object.keys(TABLE).map(kindOf))];
function kindOf(name) {
  return CLOUD_STATES.includes(name) ? "status" : name;
}
function transitionRow({ kind, state }) {
  const row = TRANSITIONS[kind === "status" ? state : kind];
  return row ?? { rank: 5, label: kind, predicate: `is now: ${kind}`, ending: "reason", emoji: "ℹ️", tone: "neutral" };
}

// bin/cli/show.ts
async function show(args2, options) {
  const { body: job } = await callApi("GET", jobPath(onlyArgument(args2, "jobId"), options));
  if (options.json) print(JSON.stringify(job));
  else await printJob(job);
  return 0;
}
function adviceFor(job) {
  if (job.state === "failed") return hintFor2(job);
  return job.state === "lost" || job.state === "stopped" ? transitionRow({ kind: job.state, state: job.state }).advice : void 0;
}
async function printJob(job) {
  print({ text: job.jobId, tone: "strong" });
  const { state, silence: silence2, expectedEnd, resource, jobType } = job;
  const type = jobType && joinTexts([typeName(jobType), `(${jobType})`]);
  printRows([
    ["state", stateCell(state)],
    ["", stateText(job)],
    ["what to do", adviceFor(job)],
    ["page", await pageOf(job)],
    ...optionRows(job),
    ["type", type],
    ["project", job.projectId],
    ["share", resource && joinTexts([resource.name, sizeWords(resource)], ", ")],
    ["silent", silence2 && `until ${fullTime(silence2.until)}, set by ${joinTexts([silence2.by, silence2.reason], ": ")}`],
    ["paused", job.pause && `until ${fullTime(job.pause.until)}, set by ${joinTexts([job.pause.by, job.pause.reason], ": ")}`],
    ["no news", lastPollText(job)],
    ["missing", job.missingSince && `since ${fullTime(job.missingSince)}`],
    ["registered", `${fullTime(job.registeredAt)}${job.registeredBy ? ` by ${job.registeredBy}` : ""}`],
    ["found by", job.origin && `watch ${job.origin}`],
    ["began", job.beginTime && fullTime(job.beginTime)],
    ["ended", job.endTime && fullTime(job.endTime)],
    ["expected end", expectedEnd && expectedEndText(expectedEnd)],
    ["stopped by", job.stoppedBy],
    ["request id", job.requestId],
    ["correlation id", job.correlationId]
  ]);
  printSection("steps", stepRows(job));
  printSection("history (UTC)", historyRows(job));
  printSection("notifications (UTC)", notificationRows(job));
}
function printRows(rows) {
  const filled = rows.flatMap(([name, value]) => value ? [[{ text: `  ${name}`, tone: "quiet" }, value]] : []);
  for (const line of alignColumns(filled)) print(...line);
}
function printSection(name, rows) {
  if (rows.length > 0) print({ text: `  ${name}`, tone: "quiet" });
  for (const line of alignColumns(rows)) print("    ", ...line);
}
function stateText(job) {
  if (job.endTime || !job.beginTime) return endText(job).replace(/^:? /, "") || void 0;
  return joinTexts([`for ${ageOf(job.beginTime)}`, typicalText(job)], ", ");
}
function expectedEndText({ at, from, to }) {
  return from === void 0 || to === void 0 ? fullTime(at) : `${fullTime(at)} (${fullTime(from)} to ${fullTime(to)})`;
}
function stepRows({ subJobs, moreSubJobs }) {
  const rows = subJobs.map(
    ({ jobId = "", jobType = jobId, state = "", beginTime, endTime, failReason, errorCode }) => {
      const time = beginTime === void 0 ? "" : endTime ? timeBetween(beginTime, endTime) : `for ${ageOf(beginTime)}`;
      return [stateCell(state), jobType, time, joinTexts([failReason, errorCode && failReason ? `(${errorCode})` : errorCode])];
    }
  );
  return moreSubJobs ? [...rows, ["", `${moreSubJobs} more`]] : rows;
}
function historyRows({ transitions }) {
  return transitions.map(({ at, kind, state, reason, by }) => {
    const what = `${transitionRow({ kind, state }).label}${by ? ` by ${by}` : ""}`;
    const tone = kind === "status" || kind === "lost" ? toneOf(state) : void 0;
    const text3 = `${what}${reason ? `: ${reason}` : ""}`;
    return [{ text: fullTime(at).slice(0, -4), tone: "quiet" }, tone ? { text: text3, tone } : text3];
  });
}
function notificationRows({ notifications, transitions }) {
  return notifications.map(({ channel, n, state, at, digest, attempts, answer, latencyMs }) => {
    const transition = transitions.find((one) => one.n === n);
    const what = transition ? transitionRow(transition).label : `transition ${n}`;
    const sends = attempts !== void 0 && attempts > 1 ? `${attempts} attempts` : void 0;
    const latency = latencyMs === void 0 ? void 0 : `${latencyMs} ms`;
    const outcome = state === "expired" ? { text: state, tone: "bad" } : state;
    return [
      { text: fullTime(at).slice(0, -4), tone: "quiet" },
      channel,
      what,
      outcome,
      joinTexts([digest ? "in the digest" : void 0, sends, answer && quote(answer), latency], ", ")
    ];
  });
}

// bin/cli/wait.ts
var WAIT_SECONDS = 25;
async function wait(args2, options) {
  return await waitFor(onlyArgument(args2, "jobId"), options);
}
async function waitFor(jobId, options) {
  const until = options.timeout === void 0 ? Number.POSITIVE_INFINITY : Date.now() + parseDuration("timeout", options.timeout);
  explainInterrupt();
  begin(jobId);
  const job = await pollUntilEnded(jobId, options, until).finally(() => end(jobId));
  if (!hasEnded(job)) {
    printError(`${jobId} has not ended after ${options.timeout}; it is ${job.state}`);
    return EXIT.notEnded;
  }
  if (options.json) print(JSON.stringify(job));
  else print(...endPieces(job));
  if (job.state === "success") return 0;
  await printNextSteps(job);
  return job.state === "failed" ? EXIT.failed : EXIT.notEnded;
}
async function printNextSteps(job) {
  const advice = adviceFor(job);
  if (advice) printError({ text: "what to do: ", tone: "quiet" }, advice);
  printError({ text: "page: ", tone: "quiet" }, await pageOf(job));
}
async function pollUntilEnded(jobId, options, until) {
  const path = jobPath(jobId, options);
  const onAway = (reason, deadline) => showAway(jobId, reason, deadline);
  let job;
  let etag;
  for (; ; ) {
    const seconds = Math.max(Math.min(Math.floor((until - Date.now()) / 1e3), WAIT_SECONDS), 0);
    const headers = etag === void 0 ? {} : { "If-None-Match": etag, Prefer: `wait=${seconds}` };
    const answer = await getPatiently(path, headers, until, onAway);
    if (!job || answer.status !== 304) job = answer.body;
    if (hasEnded(job) || Date.now() > until - 1e3) return job;
    showJob(jobId, job);
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
async function add(args2, options) {
  const references = await readReferences(args2, options);
  if (references.length === 0)
    throw usageError("Name a job: jobwatch add <jobId>. Use - to read the cloud's answer or ids from standard input.");
  const results = await register(references, registrationOf(options));
  const jobs = results.flatMap(({ job }) => job ?? []);
  printProblems(results);
  const isWaited = options.wait && jobs.length === references.length;
  if (options.json && !isWaited) print(JSON.stringify(references.length === 1 && jobs.length === 1 ? jobs[0] : { jobs }));
  else if (!options.json) for (const job of jobs) await printTracked(job);
  if (jobs.length < references.length) return EXIT.rejected;
  if (!isWaited) return 0;
  const exits = jobs.map(({ jobId, projectId, source }) => waitFor(jobId, { ...options, project: projectId, source }));
  return Math.max(...await Promise.all(exits));
}
async function printTracked(job) {
  print("tracking ", ...jobPieces(job));
  if (isTerminal()) print({ text: `  ${await pageOf(job)}`, tone: "quiet" });
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

// lib/domain/counted.ts
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// bin/cli/changes.ts
async function stop(args2, options) {
  const job = await send2("DELETE", args2, options);
  return report(job, options, job.state === "stopped" ? "stopped tracking " : "already ended: ", ...jobPieces(job));
}
async function silence(args2, options) {
  const { off, for: span, until, reason } = options;
  if (off && (span ?? until ?? reason) !== void 0) throw usageError("--off takes no time and no reason.");
  const job = await send2("PATCH", args2, options, { silence: off ? null : { until: parseEnd(options), reason } });
  if (!job.silence) return report(job, options, "no longer silent: ", ...jobPieces(job));
  return report(job, options, `silent until ${fullTime(job.silence.until)}, except for failures: `, ...jobPieces(job));
}
async function pause(args2, options) {
  const job = await send2("PATCH", args2, options, { pause: { until: parseEnd(options), reason: options.reason } });
  const until = job.pause ? `until ${fullTime(job.pause.until)}` : "";
  return report(job, options, `paused ${until}: `, ...jobPieces(job));
}
async function resume(args2, options) {
  const job = await send2("PATCH", args2, options, { pause: null });
  return report(job, options, "checked again from the next tick on: ", ...jobPieces(job));
}
async function refresh(args2, options) {
  const job = await send2("POST", args2, options, void 0, "/refresh");
  const trouble = lastPollText(job);
  if (trouble) printError(`${job.jobId}: ${trouble}`);
  return report(job, options, ...jobPieces(job));
}
async function redeliver(args2, options) {
  const [channel, ...more] = options.channel ?? [];
  if (more.length > 0) throw usageError("Use one --channel, or none for all channels.");
  if (options.since !== void 0) return await redeliverSince(args2, options.since, channel, options);
  const job = await send2("POST", args2, options, void 0, "/redeliver", channel);
  const count = job.notifications.filter(({ state, channel: own }) => state === "pending" && (channel ?? own) === own).length;
  const text3 = count === 0 ? "nothing to deliver: " : `to be delivered: ${counted(count, "notification")} of `;
  return report(job, options, text3, ...jobPieces(job));
}
async function redeliverSince(args2, since, channel, { json }) {
  rejectArguments(args2);
  const total = { jobs: 0, notifications: 0 };
  let cursor;
  do {
    const { body } = await callApi("POST", "/redeliver", { since: parseTime("since", since), channel, cursor });
    total.jobs += body.jobs;
    total.notifications += body.notifications;
    cursor = body.next;
  } while (cursor !== void 0);
  print(json ? JSON.stringify(total) : `to be delivered: ${total.notifications} notifications of ${total.jobs} jobs`);
  return 0;
}
function report(job, { json }, ...pieces) {
  if (json) print(JSON.stringify(job));
  else print(...pieces);
  return 0;
}
async function send2(method, args2, options, body, action = "", channel) {
  const [path, query = ""] = jobPath(onlyArgument(args2, "jobId"), options).split("?");
  const parameters = new URLSearchParams(query);
  if (channel !== void 0) parameters.set("channel", channel);
  return (await callApi(method, `${path}${action}${parameters.size === 0 ? "" : `?${parameters}`}`, body)).body;
}

// bin/cli/channels.ts
async function channels(args2, options) {
  rejectArguments(args2);
  const { body } = await callApi("GET", "/channels");
  if (options.json) print(JSON.stringify(body));
  else if (body.channels.length === 0) print("This key has no channels.");
  else printTable(["CHANNEL", "STATE", "LAST TEST", "SINCE OR UNTIL", "REASON"], body.channels.map(channelCells));
  return 0;
}
function channelCells(channel) {
  const { name, state, lastTest } = channel;
  const test = lastTest ? `last test: ${lastTest.outcome}, ${fullTime(lastTest.at)}` : "";
  switch (state) {
    case "open":
      return [name, { text: state, tone: "good" }, test];
    case "backing-off":
      return [name, { text: state, tone: "warning" }, test, `next message ${fullTime(channel.nextSendAt)}`];
    case "suspended":
      return [name, { text: state, tone: "bad" }, test, `since ${fullTime(channel.suspendedSince)}`, channel.reason];
  }
}
async function testChannel(args2, options) {
  const path = `/channels/${encodeURIComponent(onlyArgument(args2, "name"))}/test`;
  const { body } = await callApi("POST", path);
  const isDelivered = body.outcome === "delivered";
  if (options.json) print(JSON.stringify(body));
  else if (isDelivered) print({ text: "delivered", tone: "good" });
  else printError(`not delivered: ${[body.outcome, body.reason].filter(Boolean).join(", ")}`);
  return isDelivered ? 0 : EXIT.failed;
}

// bin/cli/watch-list.ts
var EVERY_MS = 5e3;
var CLEAR = "\x1B[H\x1B[2J\x1B[3J";
async function watchList(read, printJobs2, options) {
  const printed = /* @__PURE__ */ new Map();
  let trouble = "";
  while (!isOutputClosed()) {
    const listed = await read().catch((error) => notice(error));
    if (typeof listed === "string") {
      if (listed !== trouble) printError({ text: listed, tone: "warning" });
    } else if (isTerminal() && !options.json) drawScreen(listed, printJobs2);
    else printChanges(listed.jobs, printed, options);
    trouble = typeof listed === "string" ? listed : "";
    await sleep(EVERY_MS);
  }
  return 0;
}
function notice(error) {
  if (error instanceof CommandError && error.exit === EXIT.unavailable) return `${error.message} Trying again every 5 s.`;
  throw error;
}
function drawScreen({ jobs, more }, printJobs2) {
  const height2 = (process.stdout.rows ?? 24) - 3;
  write(process.stdout, CLEAR);
  print({ text: `jobwatch list, ${(/* @__PURE__ */ new Date()).toISOString().slice(11, 19)} UTC. Ctrl-C ends it.`, tone: "quiet" });
  if (jobs.length === 0) print("No jobs.");
  printJobs2(jobs.slice(0, height2));
  const hidden = jobs.length - height2;
  const rest = hidden > 0 ? `${hidden} more jobs do not fit on this screen.` : more;
  if (rest) print({ text: rest, tone: "quiet" });
}
function printChanges(jobs, printed, { json }) {
  for (const job of jobs.toReversed()) {
    const id = [job.source, job.projectId, job.jobId].join(" ");
    const line = jobLine(job);
    if (printed.get(id) === line) continue;
    printed.set(id, line);
    print(json ? JSON.stringify(job) : line);
  }
}

// bin/cli/list.ts
var DEFAULT_LIMIT = 20;
var PAGE = 100;
var MOST_PAGES = 20;
var HEADER = ["STATE", "JOB", "TYPE", "REGISTERED", "TITLE", "REASON"];
async function list(args2, options) {
  rejectArguments(args2);
  const limit = Number(options.limit ?? DEFAULT_LIMIT);
  if (!(Number.isInteger(limit) && limit > 0)) throw usageError("--limit must be a whole number above 0.");
  const read = () => listJobs(options, limit);
  if (options.watch) return await watchList(read, printJobs, options);
  const listed = await read();
  if (options.json) print(JSON.stringify({ jobs: listed.jobs }));
  else if (listed.jobs.length === 0)
    print(isFiltered(options) ? "No job matches the filter." : "No jobs. Register one: jobwatch add <jobId>");
  else printJobs(listed.jobs);
  if (listed.more) printError({ text: listed.more, tone: "quiet" });
  return 0;
}
async function listJobs(options, limit) {
  const { state, type, source, label: labels = [] } = options;
  const jobs = [];
  let cursor;
  for (let page = 1; ; page++) {
    const rows = isFilteredHere(options) ? PAGE : Math.min(limit + 1 - jobs.length, PAGE);
    const query = queryOf({ state, type, label: labels[0], source, limit: rows, cursor });
    const { body } = await callApi("GET", `/jobs${query}`);
    jobs.push(...body.jobs.filter((job) => isWanted(job, options)));
    cursor = body.next;
    if (jobs.length > limit)
      return { jobs: jobs.slice(0, limit), more: `There are more jobs. --limit ${limit * 2} lists more.` };
    if (cursor === void 0) return { jobs };
    if (page >= MOST_PAGES && isFilteredHere(options))
      return {
        jobs,
        more: `Only the newest ${MOST_PAGES * PAGE} jobs were searched. --state, --type or --source narrow the search.`
      };
  }
}
function isFiltered({ state, type, source, label, title, channel, project }) {
  return [state, type, source, label, title, channel, project].some((option) => option !== void 0);
}
function isFilteredHere({ label = [], title, channel, project }) {
  return label.length > 1 || [title, channel, project].some((option) => option !== void 0);
}
function isWanted(job, { label = [], title = "", channel = [], project }) {
  const names = [job.title, job.resource?.name, job.jobId].map((name) => (name ?? "").toLowerCase());
  return names.some((name) => name.includes(title.toLowerCase())) && label.slice(1).every((one) => hasLabel(job, one)) && channel.every((one) => job.channels.includes(one)) && (project === void 0 || job.projectId === project.toLowerCase());
}
function hasLabel({ labels = {} }, wanted) {
  if (!wanted.includes("=")) return Object.hasOwn(labels, wanted);
  return Object.entries(parsePairs("label", [wanted]) ?? {}).every(([name, value]) => labels[name] === value);
}
function printJobs(jobs) {
  printTable(HEADER, jobs.map(jobCells));
}
function jobCells(job) {
  const { state, jobId, jobType = "", title, resource, registeredAt } = job;
  const age = `${ageOf(registeredAt)} ago`;
  return [stateCell(state), jobId, jobType, { text: age, tone: "quiet" }, title ?? resource?.name ?? "", reasonCell(job)];
}
function reasonCell(job) {
  const { state, failReason, errorCode, lastPoll, silence: silence2, pause: pause2, expectedEnd } = job;
  if (state === "failed") return failReason ?? errorCode ?? "";
  if (state === "lost") return "the cloud no longer knows the job";
  if (pause2) return { text: `paused until ${clockTime(pause2.until)}`, tone: "quiet" };
  if (lastPoll) return { text: lastPollText(job) ?? "", tone: "warning" };
  if (silence2) return { text: `silent until ${clockTime(silence2.until)}`, tone: "quiet" };
  const end2 = expectedEnd?.to ?? expectedEnd?.at;
  if (end2 === void 0) return "";
  return Date.parse(end2) < Date.now() ? { text: `expected by ${clockTime(end2)}`, tone: "warning" } : { text: `ends by ${clockTime(end2)}`, tone: "quiet" };
}

// bin/cli/prompt.ts
import { createInterface } from "node:readline/promises";
var INTERRUPTED = 130;
var CTRL_C = "";
var ENDS = ["\r", "\n", ""];
var BACKSPACES = ["\b", ""];
async function ask(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
async function askSecret(question) {
  const { stdin, stderr: stderr2 } = process;
  write(stderr2, paint(stderr2, [question]));
  stdin.setRawMode(true);
  try {
    let secret = "";
    for await (const chunk of stdin) {
      for (const character of String(chunk)) {
        if (ENDS.includes(character)) return secret.trim();
        if (character === CTRL_C) throw new CommandError(INTERRUPTED, "Nothing was saved.");
        secret = BACKSPACES.includes(character) ? secret.slice(0, -1) : secret + character;
      }
    }
    return secret.trim();
  } finally {
    stdin.setRawMode(false);
    write(stderr2, "\n");
  }
}

// bin/cli/login.ts
async function login(args2, options) {
  rejectArguments(args2);
  const name = checkProfileName(profileName() ?? DEFAULT_PROFILE);
  const url = checkAddress(await readAddress(name, options), "--url");
  const key = checkKey(process.stdin.isTTY ? await askSecret("Key (hidden): ") : await readStandardInput());
  useService({ url, key, setting: "--url" });
  const { body } = await callApi("GET", "/channels");
  await writeProfiles((await readProfiles()).set(name, { url, key }));
  const channels2 = body.channels.map((channel) => channel.name);
  if (options.json) print(JSON.stringify({ profile: name, url, channels: channels2, file: profilesFile() }));
  else print(`Logged in to ${url}. Channels: ${channels2.join(", ") || "none"}. Profile ${name} is saved in ${profilesFile()}.`);
  return 0;
}
async function logout(args2, options) {
  rejectArguments(args2);
  const name = checkProfileName(profileName() ?? DEFAULT_PROFILE);
  const profiles = await readProfiles();
  const isKnown = profiles.delete(name);
  if (isKnown) await writeProfiles(profiles);
  if (options.json) print(JSON.stringify({ profile: name, removed: isKnown }));
  else
    print(
      isKnown ? `Removed profile ${name}. The key is still valid; the operators can revoke it.` : `There is no profile ${name}.`
    );
  return 0;
}
async function readAddress(name, { url }) {
  const known = url ?? process.env.JOBWATCH_URL?.trim() ?? (await readProfiles()).get(name)?.url;
  if (known) return known;
  if (!process.stdin.isTTY) throw usageError("--url is missing.");
  return await ask("Address of the service: ");
}

// bin/cli/open.ts
import { spawn } from "node:child_process";
async function open(args2, options) {
  const { url } = await currentService();
  const address = `${url}${args2.length === 0 ? "/" : jobPath(onlyArgument(args2, "jobId"), options)}`;
  print(options.json ? JSON.stringify({ url: address }) : address);
  if (!options.json && !await start(address)) print("No browser could be started. Open the address yourself.");
  return 0;
}
function start(address) {
  const [command = "", ...args2] = browser();
  return new Promise((resolve) => {
    const child = spawn(command, [...args2, address], { stdio: "ignore", detached: true });
    const timer2 = setTimeout(() => resolve(true), 2e3);
    const end2 = (isOpen) => {
      clearTimeout(timer2);
      resolve(isOpen);
    };
    child.on("error", () => end2(false)).on("exit", (code) => end2(code === 0));
    child.unref();
  });
}
function browser() {
  const chosen = process.env.BROWSER;
  if (chosen) return [chosen];
  switch (process.platform) {
    case "darwin":
      return ["open"];
    case "win32":
      return ["rundll32", "url.dll,FileProtocolHandler"];
    default:
      return ["xdg-open"];
  }
}

// bin/cli/watches.ts
var DEFAULT_WATCHED = "sfs-turbo-share";
var HEADER2 = ["WATCH", "SOURCE", "PROJECT", "OPERATIONS", "CHANNELS", "LAST LIST"];
async function watch(args2, options) {
  rejectArguments(args2);
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
async function watches(args2, options) {
  rejectArguments(args2);
  const { body } = await callApi("GET", "/watches");
  if (options.json) print(JSON.stringify(body));
  else if (body.watches.length === 0) print("No watches. Watch a project: jobwatch watch --project <id>");
  else
    printTable(
      HEADER2,
      body.watches.map((one) => [...watchCells(one), listCell(one)])
    );
  return 0;
}
async function unwatch(args2, options) {
  const path = `/watches/${encodeURIComponent(onlyArgument(args2, "watchId"))}`;
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
function listCell(one) {
  const { at } = one.lastList;
  const listed = at === void 0 ? "not listed yet" : `listed ${ageOf(at)} ago`;
  const waiting = one.waiting && `${one.waiting} operations wait, because the team has too many open jobs`;
  const trouble = troubleText(one);
  const text3 = [trouble, listed, waiting].filter(Boolean).join("; ");
  return trouble ? { text: text3, tone: "bad" } : text3;
}
function troubleText({ lastList }) {
  const { outcome, since } = lastList;
  if (outcome === "pending" || outcome === "listed") return void 0;
  return `no list since ${since}: ${outcomeText(lastList, lastList.missingRight)}`;
}

// bin/cli/commands.ts
var GROUPS = ["Watch projects", "Track jobs", "Change jobs", "Channels", "Set up"];
var NAMED = ["project", "source"];
var CHOSEN = Object.keys(JOB_FLAGS);
var COMMANDS = {
  watch: {
    run: watch,
    group: "Watch projects",
    summary: "notify your channels of every operation in a project",
    options: [...NAMED, "operations", "name", "tag", "channel", "notify-on"],
    meanings: {
      project: "the project to watch (default: that of the service)",
      source: "sfs-turbo-share (default) or cbr-log"
    },
    examples: ["jobwatch watch", "jobwatch watch --operations create,extend --name 'data-*' --channel storage-ops"]
  },
  watches: {
    run: watches,
    group: "Watch projects",
    summary: "list your team's watches, and what is wrong with them",
    examples: ["jobwatch watches"]
  },
  unwatch: {
    run: unwatch,
    group: "Watch projects",
    args: "<watchId>",
    summary: "end a watch; jobs that it found are still tracked",
    examples: ["jobwatch unwatch a0c58af5-0a43-42b0-9635-72ab0d99cdf6"]
  },
  add: {
    run: add,
    group: "Track jobs",
    args: "<jobId>...",
    summary: "register jobs; - reads the cloud's JSON answer or ids from standard input",
    options: [...NAMED, "operation", "share", "feature", ...CHOSEN, "no-verify", "wait", "timeout"],
    examples: [
      "jobwatch add 4028 --title 'bind LDAP' --label ticket=OPS-1",
      "sh extend-share.sh | jobwatch add - --source sfs-turbo-share --operation extend --wait --timeout 2h"
    ],
    notes: "With --wait, the exit code is that of jobwatch wait."
  },
  list: {
    run: list,
    group: "Track jobs",
    summary: "list your team's newest jobs",
    options: ["state", "type", "title", "label", "channel", ...NAMED, "limit", "watch"],
    examples: [
      "jobwatch list --state failed --title data-",
      "jobwatch list --state open --watch",
      "jobwatch list --json | jq -r '.jobs[].jobId'"
    ],
    meanings: {
      title: "only jobs whose title, name or id contains this text",
      label: "only jobs with this label: name, or name=value; each must match",
      channel: "only jobs that notify this channel; each must match",
      project: "only jobs of this project",
      source: "only jobs of this source, such as sfs-turbo-share"
    }
  },
  show: {
    run: show,
    group: "Track jobs",
    args: "<jobId>",
    summary: "show a job: its state, what to do, its page, steps, history and notifications",
    options: NAMED,
    examples: ["jobwatch show 4028"]
  },
  wait: {
    run: wait,
    group: "Track jobs",
    args: "<jobId>",
    summary: "wait until a job has ended",
    options: [...NAMED, "timeout"],
    examples: ["jobwatch wait 4028 --timeout 2h"],
    notes: "Exit codes: 0 success; 1 failed; 2 lost, stopped or time is up. While the service is unavailable, wait tries again for 5 minutes.\nCtrl-C ends the wait. The job is still tracked."
  },
  open: {
    run: open,
    group: "Track jobs",
    args: "[<jobId>]",
    summary: "open the page of a job, or the list of jobs, in the browser",
    options: NAMED,
    examples: ["jobwatch open 4028"]
  },
  silence: {
    run: silence,
    group: "Change jobs",
    args: "<jobId>",
    summary: "deliver nothing but failures for a time",
    options: ["for", "until", "reason", "off", ...NAMED],
    examples: ["jobwatch silence 4028 --for 2h --reason 'known to be slow'", "jobwatch silence 4028 --off"]
  },
  pause: {
    run: pause,
    group: "Change jobs",
    args: "<jobId>",
    summary: "do not poll a job for a time",
    options: ["for", "until", "reason", ...NAMED],
    examples: ["jobwatch pause 4028 --for 8h --reason 'maintenance of the cloud'"]
  },
  resume: {
    run: resume,
    group: "Change jobs",
    args: "<jobId>",
    summary: "poll a paused job again",
    options: NAMED,
    examples: ["jobwatch resume 4028"]
  },
  refresh: {
    run: refresh,
    group: "Change jobs",
    args: "<jobId>",
    summary: "check a job in the cloud now",
    options: NAMED,
    examples: ["jobwatch refresh 4028"]
  },
  redeliver: {
    run: redeliver,
    group: "Change jobs",
    args: "[<jobId>]",
    summary: "deliver the expired notifications of a job again, or of all jobs since a time",
    options: ["since", "channel", ...NAMED],
    meanings: { channel: "only on this channel" },
    examples: ["jobwatch redeliver 4028 --channel storage-ops", "jobwatch redeliver --since 2026-11-20T00:00Z"]
  },
  stop: {
    run: stop,
    group: "Change jobs",
    args: "<jobId>",
    summary: "stop tracking a job; the operation in the cloud continues",
    options: NAMED,
    examples: ["jobwatch stop 4028"]
  },
  channels: {
    run: channels,
    group: "Channels",
    summary: "list your channels and their state",
    examples: ["jobwatch channels"]
  },
  "test-channel": {
    run: testChannel,
    group: "Channels",
    args: "<name>",
    summary: "send a test message; its delivery resumes a suspended channel",
    examples: ["jobwatch test-channel storage-ops"]
  },
  login: {
    run: login,
    group: "Set up",
    summary: "save the address of the service and your key as a profile",
    options: ["url"],
    examples: ["jobwatch login --url https://jobwatch.example.com", "jobwatch login --profile prod < key.txt"],
    notes: "The key is read from a hidden prompt, or from standard input. Only you can read the file."
  },
  logout: {
    run: logout,
    group: "Set up",
    summary: "remove a profile",
    examples: ["jobwatch logout --profile prod"]
  }
};

// bin/cli/completion.ts
function complete([shell = ""]) {
  if (!/^(bash|zsh)$/.test(shell)) throw usageError("Use jobwatch completion bash or jobwatch completion zsh.");
  const cases = Object.entries(COMMANDS).map(([name, { options = [] }]) => {
    const words = [...options, ...COMMON].map((option) => `--${option}`);
    return `    ${name}) words="${words.join(" ")}" ;;`;
  });
  const lines = [
    ...shell === "zsh" ? ["autoload -U +X compinit bashcompinit && compinit && bashcompinit"] : [],
    "_jobwatch() {",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell replaces it
    '  local words current="${COMP_WORDS[COMP_CWORD]}"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell replaces it
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    "  esac",
    `  [ "$COMP_CWORD" -eq 1 ] && words="${Object.keys(COMMANDS).join(" ")} help completion"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _jobwatch jobwatch"
  ];
  write(process.stdout, `${lines.join("\n")}
`);
  return 0;
}

// bin/cli/help.ts
var strong = (text3) => ({ text: text3, tone: "strong" });
var quiet = (text3) => ({ text: text3, tone: "quiet" });
function printOverview() {
  print("jobwatch: watch the operations of a project, or track single jobs and wait until they end");
  const rows = alignColumns(
    Object.entries(COMMANDS).map(([name, { args: args2, summary }]) => [strong(`  ${headOf(name, args2)}`), summary])
  );
  for (const group of GROUPS) {
    print();
    print(strong(group));
    for (const [at, { group: own }] of Object.values(COMMANDS).entries()) if (own === group) print(...rows[at] ?? []);
  }
  print();
  print("jobwatch <command> --help shows the options of a command and examples. jobwatch --version prints the version.");
  print("jobwatch login saves the address of the service and your key. Or set JOBWATCH_URL and JOBWATCH_KEY.");
  print(
    "Exit codes: 0 done; wait: 1 failed, 2 lost, stopped or time is up; 64 wrong usage, 65 the service rejected the request,"
  );
  print("69 the service is unavailable, 70 a bug of jobwatch, 74 the output could not be written, 77 the key was rejected.");
}
function printCommandHelp(name, { args: args2, summary, options = [], meanings = {}, examples, notes }) {
  print(strong(`jobwatch ${headOf(name, args2)}`), `: ${summary}`);
  print();
  print(strong("Options"));
  const own = options.map((option) => optionCells(option, meanings[option]));
  const common = COMMON.map((option) => optionCells(option).map((piece) => typeof piece === "string" ? quiet(piece) : piece));
  for (const line of alignColumns([...own, ...common])) print(...line);
  if (notes) print();
  for (const line of notes?.split("\n") ?? []) print(line);
  print();
  print(strong("Examples"));
  for (const example of examples) print(`  ${example}`);
}
function headOf(name, args2) {
  return args2 === void 0 ? name : `${name} ${args2}`;
}
function optionCells(name, meaning) {
  const option = OPTIONS[name];
  const value = "value" in option ? ` ${option.value}` : "";
  const more = "multiple" in option ? "..." : "";
  return [strong(`  --${name}${value}${more}`), meaning ?? option.help];
}

// bin/cli/main.ts
async function main([name = "help", ...args2]) {
  if (args2.includes("--no-color") || name === "--no-color") disableColours();
  if (/^(--version|-V|version)$/.test(name)) return version();
  if (/^(help|--help|-h|--no-color)$/.test(name)) return help(args2[0]);
  if (name === "completion") return complete(args2);
  const command = commandOf(name);
  const { positionals, options } = parseArguments(args2, command.options ?? []);
  if (options.help) return help(name);
  chooseProfile(options.profile);
  return await command.run(positionals, options);
}
function help(name) {
  if (name === void 0 || name.startsWith("-")) printOverview();
  else printCommandHelp(name, commandOf(name));
  return 0;
}
function commandOf(name) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : void 0;
  if (command) return command;
  const names = Object.keys(COMMANDS);
  throw usageError(`There is no command ${name}.${suggestion(name, names) || ` The commands are ${names.join(", ")}.`}`);
}
function version() {
  print(`jobwatch ${"0.1.0"}`);
  return 0;
}
function report2(error, name = "") {
  if (!(error instanceof CommandError)) {
    const { name: kind = "", stack = "" } = error instanceof Error ? error : {};
    const [, line] = /jobwatch\.mjs:(\d+)/.exec(stack) ?? [];
    const place = line === void 0 ? "" : ` in line ${line}`;
    printError(
      `jobwatch: this is a bug in jobwatch ${"0.1.0"} (${kind}${place}). Report it to the maintainers of sfs-jobwatch.`
    );
    return EXIT.bug;
  }
  const help2 = Object.hasOwn(COMMANDS, name) ? `jobwatch ${name} --help` : "jobwatch --help";
  printError({ text: "jobwatch: ", tone: "bad" }, error.hasHelp ? `${error.message} See ${help2}.` : error.message);
  return error.exit;
}
watchStreams();
process.on("uncaughtException", (error) => process.exit(report2(error)));
process.on("exit", (exit) => {
  const failed = outputFailure();
  if (exit !== 0 || !failed) return;
  printError(`jobwatch: the output could not be written (${failed.code ?? "unknown error"}).`);
  process.exitCode = EXIT.output;
});
var args = process.argv.slice(2);
process.exitCode = await main(args).catch((error) => report2(error, args[0]));
