import type { Observation, Seen, Unreachable } from "../../../lib/domain/job/job.ts";
import { BACK_OFF_MS, observationOf } from "./cloud.ts";
import { messageIdIn, notificationsIn, type Payload } from "./messages.ts";
import type { Process } from "./processes.ts";
import type { SlackFate } from "./random-faults.ts";
import { type Simulation, START } from "./simulation.ts";
import { type Delivered, namesOf } from "./sink.ts";

/** The host of signed webhooks. */
export const RECEIVER = "receiver.example.com";

/** The simulated cloud and the simulated Slack answer the HTTP requests of a process. */
export function fetchFor(simulation: Simulation, process: Process): (url: URL, body: string) => Promise<Response> {
  return (url, body) => {
    const name = url.pathname.split("/").at(-1) ?? "";
    if (url.hostname === RECEIVER) return receive(simulation, process, name, body);
    return url.hostname === "hooks.slack.com" ? post(simulation, process, name, body) : poll(simulation, process, name);
  };
}

function poll({ plan, faults, processes, elapsed, polls }: Simulation, process: Process, jobId: string): Promise<Response> {
  polls.push({ at: elapsed(), asker: process });
  const { fault, ...timing } = faults.cloud(jobId);
  return processes.operate(process, `poll ${jobId}`, timing, () =>
    cloudResponse(observationOf(plan, jobId, START, elapsed(), fault)),
  );
}

function cloudResponse(observation: Observation): Response {
  switch (observation.kind) {
    case "seen":
      return Response.json(jobBody(observation));
    case "missing":
      return Response.json({ errCode: "SFS.TURBO.0019", errMsg: "Invalid Job Id" }, { status: 404 });
    default:
      return UNREACHABLE[observation.cause]();
  }
}

const UNREACHABLE: Record<Unreachable["cause"], () => Response> = {
  unavailable: () => Response.json({ errCode: "SFS.TURBO.0005", errMsg: "internal error" }, { status: 500 }),
  credentials: () => Response.json({ error_code: "APIGW.0307", error_msg: "token expired" }, { status: 401 }),
  "not-permitted": () => Response.json({ error_code: "APIGW.0305", error_msg: "no permission" }, { status: 403 }),
  configuration: () => Response.json({ error_code: "APIGW.0101", error_msg: "no such API" }, { status: 404 }),
  "invalid-response": () => new Response("<html>gateway</html>", { status: 200 }),
  throttled: () => new Response("", { status: 429, headers: { "retry-after": String(BACK_OFF_MS / 1_000) } }),
};

function jobBody({ state, jobType, beginTime, endTime, failReason, subJobs }: Seen): unknown {
  return {
    status: state,
    job_type: jobType,
    begin_time: cloudTime(beginTime),
    end_time: cloudTime(endTime),
    fail_reason: failReason ?? "",
    sub_jobs: subJobs.map((sub) => ({ job_id: sub.jobId, status: sub.state })),
  };
}

function cloudTime(at: number | undefined): string {
  return at === undefined ? "" : new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

function post(simulation: Simulation, process: Process, channel: string, body: string): Promise<Response> {
  const payload: Payload & { attachments?: unknown } = JSON.parse(body);
  const isPlain = payload.blocks === undefined && payload.attachments === undefined;
  return arrive(
    simulation,
    process,
    channel,
    { notifications: notificationsIn(payload), messageId: messageIdIn(payload), isPlain },
    slackResponse,
  );
}

function receive(simulation: Simulation, process: Process, channel: string, body: string): Promise<Response> {
  const { id, data } = JSON.parse(body);
  const notifications = data.transition && data.job ? [deliveredByEvent(data.job.title, data.transition)] : [];
  return arrive(simulation, process, channel, { notifications, messageId: id, isPlain: false }, receiverResponse);
}

function arrive(
  { faults, processes, sink, elapsed }: Simulation,
  process: Process,
  channel: string,
  { notifications, messageId, isPlain }: { notifications: Delivered[]; messageId: string; isPlain: boolean },
  respond: (answer: SlackFate["answer"]) => Response,
): Promise<Response> {
  const { answer, posted, ...timing } = faults.slack(channel, isPlain);
  const what = `post ${messageId} to ${channel}: ${namesOf(notifications)} (${answer})`;
  return processes.operate(process, what, timing, () => {
    sink.receive({ at: elapsed(), channel, messageId, notifications, sender: process, answer, wroteFirst: new Set() }, posted);
    return respond(answer);
  });
}

function deliveredByEvent(stored: string, { n, kind, state }: { n: number; kind: string; state: string }): Delivered {
  return { stored, word: kind === "status" ? state : kind, place: n };
}

/** Answers like a receiver of Standard Webhooks. A silent receiver's gateway does not know the outcome either. */
function receiverResponse(answer: SlackFate["answer"]): Response {
  const status = { ok: 204, throttled: 429, failed: 503, unanswered: 408, silent: 504, refused: 400, dead: 410 }[answer];
  return new Response(null, { status, headers: answer === "throttled" ? { "retry-after": "5" } : {} });
}

function slackResponse(answer: SlackFate["answer"]): Response {
  switch (answer) {
    case "ok":
      return new Response("ok");
    case "throttled":
      return new Response("rate_limited", { status: 429, headers: { "retry-after": "5" } });
    case "failed":
      return new Response("server_error", { status: 503 });
    case "unanswered":
      return new Response("<html>", { status: 502 });
    case "silent":
      return new Response("", { status: 200 });
    case "refused":
      return new Response("invalid_blocks", { status: 400 });
    case "dead":
      return new Response("no_service", { status: 404 });
    default:
      return answer satisfies never;
  }
}
