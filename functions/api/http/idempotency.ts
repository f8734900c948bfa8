import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Services } from "../../../lib/services.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import type { Lease } from "../../../lib/table-ports.ts";
import type { ApiEnv } from "./authenticate.ts";
import { invalid, ProblemError } from "./problem.ts";

export interface Answer {
  status: ContentfulStatusCode;
  body: object;
  location?: string;
  /** Some of the work was not done. The answer is not stored, so that a repeat runs again. */
  isPartial?: boolean;
}

/** Stored with the lease of an Idempotency-Key: the hash of its request and, once it is done, the answer. */
interface Note {
  request: string;
  answer?: { status: ContentfulStatusCode; location?: string; body: string };
}

const KEPT_MS = 24 * 3_600_000;
/** Longer than any request takes. */
const BUSY_MS = 30_000;
/** Bytes of the compressed answer. A longer one is not stored. Its repeat runs again, which is harmless. */
const LONGEST_KEPT = 64 * 1024;
const KEY_FORM = /^"?([!#-[\]-~]{1,255})"?$/;

/**
 * Runs a request once per Idempotency-Key. A repeat within 24 hours gets the stored answer. Rejected and failed requests are not
 * stored. The table has only hashes of the key and the request.
 */
export async function idempotently(
  services: Services,
  c: Context<ApiEnv>,
  body: unknown,
  work: () => Promise<Answer>,
): Promise<Response> {
  const given = c.req.header("idempotency-key");
  if (given === undefined) return answered(c, await work());
  const key = KEY_FORM.exec(given)?.[1];
  if (key === undefined) throw invalid([{ pointer: "/Idempotency-Key", detail: "must be 1 to 255 visible ASCII characters." }]);
  const { table, clock } = services;
  const { team, channels, projects } = c.get("key");
  const pk = `idempotency#${team}#${hash(key)}`;
  const request = hash(JSON.stringify([c.req.method, c.req.path, channels, projects, body]));
  const earlier = await table.readLease(pk);
  if (earlier) return repeated(c, JSON.parse(earlier.note ?? "{}"), request);
  const lease: Lease = { pk, owner: crypto.randomUUID(), until: clock.now() + BUSY_MS, note: JSON.stringify({ request }) };
  if (!(await table.takeLease(lease))) throw inProgress();
  try {
    const answer = await work();
    await store(services, lease, noteOf(request, answer));
    return answered(c, answer);
  } catch (error) {
    await store(services, lease, undefined);
    throw error;
  }
}

function answered(c: Context<ApiEnv>, { status, body, location }: Answer): Response {
  return c.json(body, status, location === undefined ? {} : { Location: location });
}

function repeated(c: Context<ApiEnv>, note: Note, request: string): Response {
  if (note.request !== request) throw reused();
  if (!note.answer) throw inProgress();
  const { status, location, body } = note.answer;
  const text = gunzipSync(Buffer.from(body, "base64")).toString();
  const headers = {
    "Idempotent-Replayed": "true",
    "Content-Type": "application/json",
    ...(location !== undefined && { Location: location }),
  };
  return c.body(text, status, headers);
}

function noteOf(request: string, { status, body, location, isPartial }: Answer): string | undefined {
  const packed = gzipSync(JSON.stringify(body)).toString("base64");
  if (isPartial || packed.length > LONGEST_KEPT) return undefined;
  return JSON.stringify({
    request,
    answer: { status, body: packed, ...(location !== undefined && { location }) },
  } satisfies Note);
}

/** The request is already done. If this write fails, a repeat runs again once the lease has expired. */
async function store({ table, clock, log }: Services, { pk, owner }: Lease, note: string | undefined): Promise<void> {
  const lease = note === undefined ? { pk, owner, until: 0 } : { pk, owner, until: clock.now() + KEPT_MS, note };
  try {
    await table.renewLease(lease);
  } catch (error) {
    log.warn("the answer to an Idempotency-Key could not be stored", errorFields(error));
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function inProgress(): ProblemError {
  const detail = "A request with this Idempotency-Key is still in progress. Retry in a moment to get its response.";
  return new ProblemError({ type: "request-in-progress", status: 409, detail }, { "Retry-After": "1" });
}

function reused(): ProblemError {
  const detail = "This Idempotency-Key was used for a different request in the last 24 hours. Use a new key for each request.";
  return new ProblemError({ type: "idempotency-key-reused", status: 422, detail });
}
