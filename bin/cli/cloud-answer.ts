import { DEFAULT_SOURCE, isSource, type ReferenceField, SOURCES } from "../../lib/domain/job/sources.ts";
import { isObject } from "../../lib/domain/json.ts";
import { type CommandError, inputError } from "./errors.ts";
import { quote } from "./output.ts";

/** A job to register. */
export interface Reference {
  /** What errors call it. */
  id: string;
  /** The fields of its registration that no option sets. */
  fields: Record<string, string>;
}

/** The fields that options set. */
export type Chosen = Record<string, string | undefined>;

type Answer = Record<string, unknown>;

/** How the cloud spells fields. */
const SPELLINGS = new Map([
  ["jobId", ["jobId", "job_id"]],
  ["shareId", ["shareId", "share_id"]],
  ["taskId", ["taskId", "task_id"]],
]);
const ERROR_CODES = ["errCode", "error_code", "errorCode", "code"];
const ERROR_TEXTS = ["errMsg", "error_msg", "errorMsg", "message", "detail", "error"];

/** Returns the field that holds an id of this source: its job, share or task. */
export function idFieldOf(source: string | undefined): { name: string; pattern: RegExp; requirement: string; noun: string } {
  const { fields, noun } = formOf(source);
  const own = Object.entries(fields).flatMap(([name, field]) => ("pattern" in field ? [{ name, field }] : []));
  const last = own.at(-1);
  if (!last) throw new Error("a source without ids");
  const { pattern, accepts = pattern, requirement } = last.field;
  return { name: last.name, pattern: accepts, requirement, noun };
}

/** Returns the job in an answer of the cloud. Options take precedence over it. `place`: what errors call the answer. */
export function parseAnswer(value: unknown, place: string, chosen: Chosen): Reference {
  const answer = isObject(value) ? value : {};
  const source = chosen.source ?? sourceIn(answer);
  const { name: idName, pattern, requirement } = idFieldOf(source);
  const id = textIn(answer, spellingsOf(idName, source));
  if (id === undefined) throw withoutId(answer, place, source);
  if (!pattern.test(id)) throw inputError(`${place} has the ${idName} ${quote(id)}. It ${requirement}.`);
  const fields = Object.keys(formOf(source).fields).flatMap((name) => {
    const text = chosen[name] === undefined ? textIn(answer, spellingsOf(name, source)) : undefined;
    return text === undefined ? [] : [[name, text]];
  });
  return { id, fields: { ...(source !== undefined && { source }), ...Object.fromEntries(fields), [idName]: id } };
}

/** The simulated cloud names the source. */
function sourceIn(answer: Answer): string | undefined {
  const source = textIn(answer, ["source"]);
  return source !== undefined && isSource(source) ? source : undefined;
}

function formOf(source = ""): { fields: Record<string, ReferenceField>; noun: string } {
  return SOURCES[isSource(source) ? source : DEFAULT_SOURCE];
}

function spellingsOf(name: string, source: string | undefined): string[] {
  const spellings = SPELLINGS.get(name) ?? [name];
  return name === "shareId" && source === "sfs-turbo-share" ? [...spellings, "id"] : spellings;
}

/** Explains an answer without an id. */
function withoutId(answer: Answer, place: string, source: string | undefined): CommandError {
  const error = errorIn(answer);
  if (error !== undefined) return inputError(`${place} is an error response of the cloud: ${quote(error, 300)}.`);
  const ids = spellingsOf(idFieldOf(source).name, source).join(" or ");
  const others = Object.keys(answer).filter((name) => answer[name] !== null && answer[name] !== "");
  const has = others.length === 0 ? "" : `; it has ${others.slice(0, 5).join(", ")}`;
  return inputError(`${place} is JSON without ${ids}${has}. ${hintFor(answer, source)}`);
}

/** Names the options for an answer of another source. */
function hintFor(answer: Answer, source: string | undefined): string {
  const isOnShare = source === "sfs-turbo-share" || source === "sfs-turbo-task";
  if (!isOnShare && textIn(answer, ["taskId", "task_id"]) !== undefined)
    return "For a task on a share, use --source sfs-turbo-task --share <id> --feature <name>.";
  if (!isOnShare && textIn(answer, ["shareId", "share_id", "id"]) !== undefined)
    return "For an operation on a share, use --source sfs-turbo-share --operation <name>.";
  return "Did the cloud accept the request?";
}

/** Returns the code and the text of an error response. OpenStack nests them. */
function errorIn(answer: Answer): string | undefined {
  for (const one of [answer, ...Object.values(answer).filter(isObject)]) {
    const parts = [ERROR_CODES, ERROR_TEXTS].map((names) => textIn(one, names)).filter((part) => part !== undefined);
    if (parts.length > 0) return parts.join(" ");
  }
  return undefined;
}

/** Returns the first of these fields that has a text or number. */
function textIn(answer: Answer, names: string[]): string | undefined {
  const texts = names.map((name) => answer[name]).filter((value) => typeof value === "string" || typeof value === "number");
  return texts.map(String).find((text) => text !== "");
}
