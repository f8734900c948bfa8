import { ProblemError } from "./problem.ts";

const LONGEST_BODY = 16 * 1024;

/** The JSON of a request: 415 where it is not said to be JSON, 413 where it is too long, 400 where it is none. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new ProblemError({
      type: "unsupported-media-type",
      status: 415,
      detail: "Send the body with `Content-Type: application/json`.",
    });
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > LONGEST_BODY) {
    throw new ProblemError({
      type: "body-too-large",
      status: 413,
      detail: `Send at most ${LONGEST_BODY} bytes; this body has ${bytes.length}.`,
    });
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ProblemError({ type: "unreadable-body", status: 400, detail: "The body is not JSON in UTF-8." });
  }
}
