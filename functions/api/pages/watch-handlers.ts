import type { Context } from "hono";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { invalid, ProblemError } from "../http/problem.ts";
import { addOneWatch, endOneWatch, visibleWatches, watchOptionsOf } from "../routes/named-watch.ts";
import { emptyForm, type FormView } from "./form-fields.ts";
import { answer, withNotice } from "./guard.ts";
import { noticeBox } from "./job-actions.ts";
import type { Html } from "./layout.ts";
import { requireWriter } from "./page-access.ts";
import type { Session } from "./session.ts";
import { watchOrderOf } from "./watch-form.ts";
import { watchesPage } from "./watches.ts";

type PageContext = Context<ApiEnv>;

export async function showWatches(services: Services, c: PageContext, session: Session): Promise<Response> {
  return answer(c, await pageOf(services, emptyForm(services, session), noticeBox(c.req.query("notice"))));
}

/** Adds or ends a watch. */
export async function runWatchAction(
  services: Services,
  c: PageContext,
  session: Session,
  form: URLSearchParams,
): Promise<Response> {
  requireWriter(session);
  const verb = form.get("verb");
  if (verb === "add") return await add(services, c, session, form);
  if (verb !== "end") throw invalid([{ pointer: "/verb", detail: "Unknown action. Use add or end." }]);
  await endOneWatch(services, session.key, form.get("watchId") ?? "", c.get("correlationId"));
  return withNotice(c, "/watches", "watch-ended");
}

async function add(services: Services, c: PageContext, session: Session, form: URLSearchParams): Promise<Response> {
  try {
    const options = watchOptionsOf(services, session.key, watchOrderOf(form));
    const { status } = await addOneWatch(services, session.key, options, c.get("correlationId"));
    return withNotice(c, "/watches", status === 201 ? "watch-added" : status === 200 ? "watch-known" : "watch-unlisted");
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
    const { status, detail, errors = [{ pointer: "", detail }] } = error.problem;
    return answer(c, await pageOf(services, { ...emptyForm(services, session), given: form, errors }, ""), status);
  }
}

async function pageOf(services: Services, view: FormView, notice: Html | ""): Promise<Html> {
  const watches = await visibleWatches(services, view.session.key);
  return watchesPage({ ...view, watches, notice, now: services.clock.now() });
}
