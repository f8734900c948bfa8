import type { Context } from "hono";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { iso } from "../../../lib/domain/job/job-fields.ts";
import { MAX_SILENCES, type TeamSilence } from "../../../lib/domain/job/team-silence.ts";
import { addSilence, endSilence, readSilences } from "../../../lib/jobs/team-silences.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { invalid, ProblemError } from "../http/problem.ts";
import { readJson } from "../http/read-body.ts";
import { writerOf } from "../http/rights.ts";
import { validate } from "../http/validate.ts";
import { parseQuery, teamSilence } from "./schemas.ts";
import { timedOf } from "./timed-options.ts";
import { noQuery } from "./watch-schemas.ts";

type SilenceContext = Context<ApiEnv>;

export async function postSilence(services: Services, c: SilenceContext): Promise<Response> {
  const key = unlimitedWriterOf(c);
  parseQuery(noQuery, c.req.query());
  const { labels, errorCode, ...timed } = validate(teamSilence, await readJson(c.req.raw));
  if (errorCode === undefined && Object.keys(labels ?? {}).length === 0)
    throw invalid([{ pointer: "/labels", detail: "A silence needs labels, an errorCode, or both." }]);
  const silence = await addSilence(services, key.team, {
    ...timedOf("", timed, key.label, services.clock.now()),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(errorCode !== undefined && { errorCode }),
  });
  if (!silence) throw tooManySilences();
  return c.json(silenceView(silence), 201);
}

export async function listSilences(services: Services, c: SilenceContext): Promise<Response> {
  parseQuery(noQuery, c.req.query());
  const silences = await readSilences(services, c.get("key").team);
  return c.json({ silences: silences.map(silenceView) });
}

export async function deleteSilence(services: Services, c: SilenceContext): Promise<Response> {
  const { team } = unlimitedWriterOf(c);
  parseQuery(noQuery, c.req.query());
  const ended = await endSilence(services, team, c.req.param("silenceId") ?? "");
  if (ended) return c.json(silenceView(ended));
  const detail = "Your team has no such silence, or it is over. GET /silences lists the silences.";
  throw new ProblemError({ type: "not-found", status: 404, detail });
}

/** A silence concerns all jobs of the team, so a key that is limited to some of them may not set it. */
function unlimitedWriterOf(c: SilenceContext): ApiKey {
  const key = writerOf(c);
  if (!key.channels && !key.projects) return key;
  const limit = key.channels ? "channels" : "projects";
  const detail = `This key is limited to some ${limit}, and a silence concerns all jobs of the team. Use a key without this limit, or silence a single job with PATCH /jobs/{jobId}.`;
  throw new ProblemError({ type: "forbidden", status: 403, detail });
}

function silenceView({ silenceId, labels, errorCode, until, by, reason }: TeamSilence): Record<string, unknown> {
  return { silenceId, labels, errorCode, until: iso(until), by, reason };
}

function tooManySilences(): ProblemError {
  const detail = `Your team has ${MAX_SILENCES} silences, which is the limit. End one with DELETE /silences/{silenceId}, or let one match more jobs.`;
  return new ProblemError({ type: "too-many-silences", status: 422, detail });
}
