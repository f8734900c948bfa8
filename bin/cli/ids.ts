import { parseObject } from "./client.ts";
import { usageError } from "./errors.ts";
import { clean } from "./output.ts";

/** The id of a job, a task or a share. */
const ID = /^[A-Za-z0-9][\w.-]{0,127}$/;

/** The fields of the id in the cloud's answers, for sources whose ids are not job ids. The first is the field of a registration. */
const ID_FIELDS = new Map([
  ["sfs-turbo-share", ["shareId", "share_id", "id"]],
  ["sfs-turbo-task", ["taskId", "task_id"]],
]);

export function idFieldsOf(source = ""): string[] {
  return ID_FIELDS.get(source) ?? ["jobId", "job_id"];
}

/** Returns the ids among the arguments; `-` stands for those on standard input. */
export async function readIds(args: string[], source: string | undefined): Promise<string[]> {
  const ids = args.map(async (arg) => (arg === "-" ? parseIds(await readStandardInput(), source) : [arg]));
  return (await Promise.all(ids)).flat();
}

/** Parses a list of ids, or the cloud's JSON answer. */
function parseIds(text: string, source: string | undefined): string[] {
  const trimmed = text.trim();
  return /^[[{]/.test(trimmed) ? parseAnswer(trimmed, idFieldsOf(source)) : parseList(trimmed);
}

function parseList(text: string): string[] {
  const ids = text.split(/\s+/).filter(Boolean);
  const wrong = ids.find((id) => !ID.test(id));
  if (wrong === undefined) return ids;
  const start = clean(wrong).slice(0, 40);
  throw usageError(`Standard input has neither ids nor the cloud's JSON answer. It contains "${start}".`);
}

function parseAnswer(json: string, fields: string[]): string[] {
  const items = [parseObject(json)].flat() as (Record<string, unknown> | null | undefined)[];
  const ids = items.flatMap((item) => fields.map((field) => item?.[field]).find((id) => id !== undefined) ?? []);
  if (ids.length > 0) return ids.map(String);
  throw usageError(`Standard input is JSON without ${fields.join(" or ")}. Did the cloud reject the request?`);
}

/** Rejects UTF-16, which Windows PowerShell 5.1 writes. */
async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.includes(0))
    throw usageError("Standard input is not UTF-8. Windows PowerShell 5.1 writes UTF-16. Convert it first.");
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}
