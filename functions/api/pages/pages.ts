import type { Context } from "hono";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv, FindKey } from "../http/authenticate.ts";
import { type FieldError, invalid, ProblemError } from "../http/problem.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import { visibleChannels } from "../http/rights.ts";
import { limitSlow } from "../http/slow-requests.ts";
import { sendTest } from "../routes/channels.ts";
import { locationOf } from "../routes/named-job.ts";
import { registerOne, requestOf } from "../routes/register-one.ts";
import { emptyForm } from "./form-fields.ts";
import { answer, guardPages, withNotice } from "./guard.ts";
import { noticeBox } from "./job-actions.ts";
import { runAction, showJob, showLinkedJob } from "./job-handlers.ts";
import { jobListPage } from "./job-list.ts";
import { createLearnedTypes } from "./learned-types.ts";
import { listFilterOf } from "./list-filter.ts";
import { operationsPage, readOperations } from "./operations.ts";
import { noSuchPage, requireOperator, requireWriter } from "./page-access.ts";
import { readJobList } from "./read-job-list.ts";
import { referenceNames, registerPage, registrationOf } from "./register.ts";
import { createSessions, type Session } from "./session.ts";
import { showSignIn, signIn } from "./sign-in.ts";
import { runWatchAction, showWatches } from "./watch-handlers.ts";

type PageContext = Context<ApiEnv>;
type Handler = (c: PageContext) => Promise<Response>;
type PageName =
  | "jobList"
  | "job"
  | "runAction"
  | "watches"
  | "runWatchAction"
  | "registerForm"
  | "register"
  | "operations"
  | "testChannel"
  | "signInForm"
  | "signIn"
  | "signOut"
  | "notFound";
export type Pages = Record<PageName, Handler>;

export interface PageDeps {
  findKey: FindKey;
  limitRate: RateLimit;
}

/** Creates the handlers of all pages. Without SIGNING_SECRET each of them returns 404 "Pages are disabled". */
export function createPages(services: Services, deps: PageDeps): Pages {
  const { config, clock } = services;
  const secret = config.signingSecret ?? "";
  const isLocal = config.stage === "local";
  const sessions = createSessions({ secret, local: isLocal, findKey: deps.findKey, now: clock.now });
  const learnedTypes = createLearnedTypes(services.table, clock.now);
  const guard = guardPages(services, deps.limitRate, sessions);
  const { open, signedIn, sent } = guard;
  return {
    jobList: signedIn((c, session) => jobList(services, c, session, (requests) => deps.limitRate(session.key.team, requests))),
    job: open(async (c) => {
      const linked = await showLinkedJob(services, c, deps.limitRate);
      return linked ?? (await signedIn((_, session) => showJob(services, c, session))(c));
    }),
    runAction: sent((c, session, form) => runAction(services, c, session, form)),
    watches: signedIn((c, session) => showWatches(services, c, session)),
    runWatchAction: sent((c, session, form) => runWatchAction(services, c, session, form)),
    registerForm: signedIn(async (c, session) => {
      requireWriter(session);
      return answer(c, registerPage({ ...emptyForm(services, session), given: new URL(c.req.url).searchParams }));
    }),
    register: sent((c, session, form) => register(services, c, session, form)),
    operations: signedIn(async (c, session) => {
      requireOperator(session);
      const [state, learned] = await Promise.all([readOperations(services, session.key), learnedTypes(session.key.team)]);
      return answer(
        c,
        operationsPage({ session, ...state, learned, notice: noticeBox(c.req.query("notice")), now: clock.now() }),
      );
    }),
    testChannel: sent(async (c, session) => {
      requireOperator(session);
      requireWriter(session);
      const name = c.req.param("name") ?? "";
      if (!visibleChannels(config, session.key).includes(name)) throw noSuchPage();
      const { kind } = await sendTest(services, session.key.team, name);
      return withNotice(c, "/operations", kind === "delivered" ? "tested" : "test-failed");
    }),
    signInForm: open((c) => showSignIn(c, sessions, isLocal)),
    signIn: open((c) => signIn(c, sessions, guard, isLocal)),
    signOut: sent(async (c) => {
      c.header("Set-Cookie", sessions.close());
      // Without "cookies", which would also delete cookies of other services on this domain.
      c.header("Clear-Site-Data", '"cache", "storage"');
      return c.redirect("/sign-in", 303);
    }),
    notFound: open(async () => {
      throw noSuchPage();
    }),
  };
}

async function jobList(
  services: Services,
  c: PageContext,
  session: Session,
  charge: (requests: number) => Promise<void>,
): Promise<Response> {
  const { config, clock } = services;
  const { filter, unknownState } = listFilterOf(c.req.query());
  const list = await readJobList(services, session.key, filter, charge);
  if (list === "bad cursor")
    throw invalid([{ pointer: "/cursor", detail: "This page of the list no longer exists. Start again from all jobs." }]);
  const addressOf = (one: Job) => locationOf(config, one);
  const view = { ...list, session, filter, unknownState, now: clock.now(), kinds: config.channelKinds, addressOf };
  return answer(c, jobListPage(view));
}

async function register(services: Services, c: PageContext, session: Session, form: URLSearchParams): Promise<Response> {
  requireWriter(session);
  try {
    const request = requestOf(services, session.key, registrationOf(form), c.get("correlationId"));
    const registered = await limitSlow(services, session.key.team, (limited) => registerOne(limited, request));
    const notice = registered.status === 202 ? "unseen" : registered.status === 200 ? "known" : "registered";
    return withNotice(c, locationOf(services.config, registered.job), notice);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
    const { status, detail, errors, type } = error.problem;
    const fieldErrors = type === "unknown-job" ? unknownJob(form) : errors;
    const view = { ...emptyForm(services, session), given: form, errors: fieldErrors ?? [{ pointer: "", detail }] };
    return answer(c, registerPage(view), status);
  }
}

function unknownJob(form: URLSearchParams): FieldError[] {
  const [first = ""] = referenceNames(form.get("source") ?? undefined);
  return [
    { pointer: `/${first}`, detail: "The cloud does not know this job. Check the id." },
    { pointer: "/unknown", detail: "Check this box to track the job anyway." },
  ];
}
