import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Lease } from "../../../lib/ports.ts";
import type { Services } from "../../../lib/services.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import type { ApiEnv } from "./authenticate.ts";
import { invalid, ProblemError } from "./problem.ts";

export interface Answer {
  status: ContentfulStatusCode;
  body: object;
  location?: string;
  /** Not all was done that was asked for: a repeat is to try again. */
  isPartial?: boolean;
}

/** What the lease of a key notes: which request it belongs to, and once it is carried out, its answer. */
interface Note {
  request: string;
  answer?: { status: ContentfulStatusCode; location?: string; body: string };
}

const KEPT_MS = 24 * 3_600_000;
/** Longer than a request can take. */
const BUSY_MS = 30_000;
/** Of an answer, packed. A longer one is not kept: its repeat is carried out again, which doubles nothing. */
const LONGEST_KEPT = 64 * 1024;
const KEY_FORM = /^"?([!#-[\]-~]{1,255})"?$/;

/**
 * Carries a request out once for its Idempotency-Key: a repeat within a day gets the same answer. What was refused or failed
 * did nothing, and is not kept. The table knows hashes of the key and the request alone.
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

/** The request itself is done: where this write fails, a repeat is carried out again as soon as the lease has run out. */
async function store({ table, clock, log }: Services, { pk, owner }: Lease, note: string | undefined): Promise<void> {
  const lease = note === undefined ? { pk, owner, until: 0 } : { pk, owner, until: clock.now() + KEPT_MS, note };
  try {
    await table.renewLease(lease);
  } catch (error) {
    log.warn("the answer to an Idempotency-Key could not be kept", errorFields(error));
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function inProgress(): ProblemError {
  const detail = "A request with this Idempotency-Key is being carried out; ask for its answer in a moment.";
  return new ProblemError({ type: "request-in-progress", status: 409, detail }, { "Retry-After": "1" });
}

function reused(): ProblemError {
  const detail = "This Idempotency-Key was sent with another request in the last 24 hours. Use a fresh one for each request.";
  return new ProblemError({ type: "idempotency-key-reused", status: 422, detail });
}
