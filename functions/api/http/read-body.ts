import { ProblemError } from "./problem.ts";
import { parseStrictJson } from "./strict-json.ts";

const LONGEST_BODY = 16 * 1024;
const LONGEST_BATCH = 128 * 1024;

/** Returns a 413 if a body of this many bytes is too large; otherwise undefined. */
export function tooLarge(bytes: number, path: string): ProblemError | undefined {
  const longest = path === "/jobs/batch" ? LONGEST_BATCH : LONGEST_BODY;
  if (bytes <= longest) return undefined;
  const detail = `The body has ${bytes} bytes. Send at most ${longest}.`;
  return new ProblemError({ type: "body-too-large", status: 413, detail });
}

/** Reads a JSON body. Throws 415 for another content type, 400 for invalid JSON, 422 for ambiguous JSON. */
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
    throw new ProblemError({
      type: "unreadable-body",
      status: 400,
      detail: "The body is not valid JSON in UTF-8. Check its syntax and encoding.",
    });
  }
}
