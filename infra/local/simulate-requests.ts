import { type Answer, json } from "./answer.ts";
import { type ConsoleParts, startAtConsole } from "./console.ts";
import type { Jobs } from "./jobs.ts";
import { LIST_FAULTS } from "./list-faults.ts";
import { dig, parseJson } from "./listen.ts";
import { LIST_SOURCES, type ListSource, type Lists } from "./lists.ts";
import { OTHER_SERVICES } from "./other-services.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Shares } from "./shares.ts";

// The requests under /simulate, which the real cloud does not have. They need no token.

export interface SimulateParts extends ConsoleParts {
  jobs: Jobs;
  lists: Lists;
}

/** Returns undefined for other paths. */
export function simulate(method: string, path: string, text: string, parts: SimulateParts): Answer | undefined {
  const body = parseJson(text);
  const operated = /^\/simulate\/shares\/([^/]+)$/.exec(path)?.[1];
  if (method === "POST" && operated !== undefined) return operate(operated, body, parts.shares);
  switch (`${method} ${path}`) {
    case "GET /simulate/scripts":
      return json(200, { scripts: named(SCRIPTS), listFaults: named(LIST_FAULTS) });
    case "POST /simulate/jobs":
      return startJob(body, parts.jobs);
    case "POST /simulate/shares":
      return json(201, reference(parts.shares.create({ fails: dig(body, "fails") === true }), "create"));
    case "POST /simulate/console":
      return startAtConsole(body, parts);
    case "POST /simulate/lists":
      return failList(body, parts.lists);
    default:
      return undefined;
  }
}

function named(table: Record<string, { about: string }>): object[] {
  return Object.entries(table).map(([name, { about }]) => ({ name, about }));
}

function startJob(wanted: unknown, jobs: Jobs): Answer {
  const script = dig(wanted, "script");
  if (typeof script !== "string" || !Object.hasOwn(SCRIPTS, script)) {
    return json(400, { error: `"script" must be one of ${Object.keys(SCRIPTS).join(", ")}` });
  }
  const source = dig(wanted, "source");
  if (typeof source === "string" && !Object.hasOwn(OTHER_SERVICES, source))
    return json(400, { error: `"source" must be one of ${Object.keys(OTHER_SERVICES).join(", ")}` });
  const values = { jobId: dig(wanted, "jobId"), projectId: dig(wanted, "projectId"), source };
  const options = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"));
  return json(201, { ...(typeof source === "string" && { source }), jobId: jobs.start(script, options) });
}

/** Its answers are valid bodies for POST /jobs. */
function operate(shareId: string, wanted: unknown, shares: Shares): Answer {
  const operation = String(dig(wanted, "operation"));
  try {
    shares.operate(shareId, operation, { fails: dig(wanted, "fails") === true });
    return json(201, reference(shareId, operation));
  } catch (error) {
    return json(400, { error: (error as Error).message });
  }
}

function reference(shareId: string, operation: string): object {
  return { source: "sfs-turbo-share", shareId, operation };
}

/** `{"source":"sfs-turbo-share","fault":"missing-right"}`; without a fault the list works again. */
function failList(wanted: unknown, lists: Lists): Answer {
  const [source, fault] = [dig(wanted, "source"), dig(wanted, "fault") ?? undefined];
  if (!isListSource(source)) return json(400, { error: `"source" must be one of ${LIST_SOURCES.join(", ")}` });
  if (fault !== undefined && !Object.hasOwn(LIST_FAULTS, String(fault)))
    return json(400, { error: `"fault" must be one of ${Object.keys(LIST_FAULTS).join(", ")}` });
  lists.fail(source, fault === undefined ? undefined : String(fault));
  return json(200, { source, fault: fault ?? null });
}

function isListSource(source: unknown): source is ListSource {
  return LIST_SOURCES.some((known) => known === source);
}
