import { type Answer, json, statusOf } from "./answer.ts";
import { LIST_FAULTS, type Page } from "./list-faults.ts";

// The lists of a whole project: all shares, and CBR's operation log. Paging by offset, as the cloud documents it.

export type ListSource = keyof typeof SHAPES;

/** One request for a page, as it arrived. */
export interface PageRequest {
  source: ListSource;
  projectId: string;
  query: string;
  at: number;
  status: number;
}

export interface Lists {
  answer(source: ListSource, projectId: string, query: string): Answer;
  /** Lets a list fail as one of LIST_FAULTS, or as a test wants. Undefined: it works again. */
  fail(source: ListSource, fault: string | ((page: Page) => Answer) | undefined): void;
  requests: PageRequest[];
}

export type RowsOf = Record<ListSource, (projectId: string, since: number, until: number) => object[]>;

const WRONG_SHARES = json(400, { errCode: "SFS.TURBO.0001", errMsg: "parameter error" });
const WRONG_LOGS = json(400, { error_code: "BackupService.9900", error_msg: "Invalid parameter in the query." });
const SHAPES = {
  "sfs-turbo-share": {
    key: "shares",
    maxLimit: Number.MAX_SAFE_INTEGER,
    wrong: WRONG_SHARES,
    right: "sfsturbo:shares:getAllShares",
  },
  "cbr-log": { key: "operation_logs", maxLimit: 1_000, wrong: WRONG_LOGS, right: "cbr:tasks:list" },
};
export const LIST_SOURCES = Object.keys(SHAPES) as ListSource[];
const DEFAULT_LIMIT = 1_000;
const KEPT_REQUESTS = 10_000;

export function createLists(rowsOf: RowsOf, now: () => number): Lists {
  const faults = new Map<ListSource, (page: Page) => Answer>();
  const requests: PageRequest[] = [];

  function pageOf(source: ListSource, projectId: string, query: URLSearchParams): Answer {
    const { key, maxLimit, wrong, right } = SHAPES[source];
    const [limit, offset] = [whole(query.get("limit"), DEFAULT_LIMIT), whole(query.get("offset"), 0)];
    const [since, until] = [time(query.get("start_time"), 0), time(query.get("end_time"), Number.MAX_SAFE_INTEGER)];
    if (!(limit >= 1 && limit <= maxLimit && offset >= 0 && since >= 0 && until >= 0)) return wrong;
    const show = (rows: object[]) => json(200, { [key]: rows.slice(offset, offset + limit), count: rows.length });
    const rows = rowsOf[source](projectId, since, until);
    return (faults.get(source) ?? (({ rows: all }) => show(all)))({ rows, offset, right, show });
  }

  return {
    answer(source, projectId, query) {
      const answer = pageOf(source, projectId, new URLSearchParams(query));
      requests.push({ source, projectId, query, at: now(), status: statusOf(answer) });
      if (requests.length > KEPT_REQUESTS) requests.splice(0, KEPT_REQUESTS / 2);
      return answer;
    },
    fail(source, fault) {
      const chosen = typeof fault === "string" ? LIST_FAULTS[fault]?.answer : fault;
      if (typeof fault === "string" && chosen === undefined)
        throw new Error(`no fault "${fault}"; there are ${Object.keys(LIST_FAULTS).join(", ")}`);
      if (chosen === undefined) faults.delete(source);
      else faults.set(source, chosen);
    },
    requests,
  };
}

/** Returns NaN unless the text is a whole number. */
function whole(text: string | null, byDefault: number): number {
  if (text === null) return byDefault;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** `2018-02-01T12:00:00Z`. Returns NaN for anything else. */
function time(text: string | null, byDefault: number): number {
  if (text === null) return byDefault;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
}
