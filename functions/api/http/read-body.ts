import { ProblemError } from "./problem.ts";
import { parseStrictJson } from "./strict-json.ts";

const LONGEST_BODY = 16 * 1024;
const LONGEST_BATCH = 128 * 1024;

/** 413 for a body of so many bytes; undefined where it is not too long. */
export function tooLarge(bytes: number, path: string): ProblemError | undefined {
  const longest = path === "/jobs/batch" ? LONGEST_BATCH : LONGEST_BODY;
  if (bytes <= longest) return undefined;
  const detail = `Send at most ${longest} bytes; this body has ${bytes}.`;
  return new ProblemError({ type: "body-too-large", status: 413, detail });
}

/** The JSON of a request: 415 where it is not said to be JSON, 400 where it is none, 422 where it can be read in two ways. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new ProblemError({
      type: "unsupported-media-type",
      status: 415,
      detail: "Send the body with `Content-Type: application/json`.",
    });
  }
  const bytes = await request.arrayBuffer();
  try {
    return parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({ type: "unreadable-body", status: 400, detail: "The body is not JSON in UTF-8." });
  }
}
