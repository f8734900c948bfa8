import type { Unreachable } from "../../../domain/job/job.ts";

type Cause = Unreachable["cause"];

/** Codes whose documented meaning differs from their status. In capitals; `APIG` counts as `APIGW`. */
const CAUSES: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  // The token or signature was not accepted.
  ["APIGW.0301", "credentials"],
  ["APIGW.0307", "credentials"],
  ["COMMON.0013", "credentials"],
  ["EVS.0002", "credentials"],
  ["IMG.0087", "credentials"],
  ["SDRS.0002", "credentials"],
  ["DBS.280056", "credentials"],
  // The token is valid, but its user has no permission.
  ["APIGW.0305", "not-permitted"],
  ["SFS.TURBO.0015", "not-permitted"],
  // Too many requests.
  ["APIGW.0308", "throttled"],
  ["COMMON.1503", "throttled"],
  ["IMG.0060", "throttled"],
  // The service failed or is busy: a later poll may succeed.
  ["SFS.TURBO.0005", "unavailable"],
  ["SFS.TURBO.0011", "unavailable"],
  ["SFS.TURBO.0037", "unavailable"],
  ["SFS.TURBO.0038", "unavailable"],
  ["SFS.TURBO.0103", "unavailable"],
  ["COMMON.0020", "unavailable"],
  ["COMMON.0021", "unavailable"],
  ["COMMON.0022", "unavailable"],
  ["COMMON.0025", "unavailable"],
  ["IMG.0023", "unavailable"],
  ["BMS.0212", "unavailable"],
  ["DCS.4017", "unavailable"],
  ["111400017", "unavailable"],
  ["DBS.200998", "unavailable"],
]);

/** Request timeout, conflict, locked, too early. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 409, 423, 425]);

export function causeOf(status: number, code: string): Cause {
  if (status === 401) return "credentials";
  // OpenStack's overLimit is a 413, and a GET is never too large.
  if (status === 429 || status === 413) return "throttled";
  const known = CAUSES.get(code.replace(/^APIG\./, "APIGW."));
  if (known !== undefined) return known;
  if (status === 403) return "not-permitted";
  // The rest needs a change by somebody, including redirects and the pages of proxies.
  return status >= 500 || TEMPORARY.has(status) ? "unavailable" : "configuration";
}
