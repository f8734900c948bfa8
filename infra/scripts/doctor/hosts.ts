import { requestFailed } from "../../../lib/adapters/cloud/http/unreachable.ts";
import type { Config } from "../../../lib/config/config.ts";
import type { Check, Checks } from "./check.ts";

type CloudConfig = Config["cloud"];

interface Host {
  name: string;
  url: string;
  /** The setting that names it. */
  variable: string;
}

const TIMEOUT_MS = 5_000;
const WARNING_MS = 60_000;
/** The cloud rejects signatures that are further off. */
const LIMIT_MS = 15 * 60_000;

/** Checks that the hosts answer, that they are of one region, and the clock. Sends no credentials. */
export async function* checkHosts(cloud: CloudConfig, now: () => number): Checks {
  let aheadMs: number | undefined;
  for (const host of hostsOf(cloud)) {
    const answer = await probe(host, now);
    yield answer.check;
    aheadMs = answer.aheadMs ?? aheadMs;
  }
  const region = checkRegion(cloud);
  if (region) yield region;
  yield checkClock(aheadMs);
}

/** With an access key or a token, nothing is requested from the identity service. */
function hostsOf({ authUrl, endpoint, credentials }: CloudConfig): Host[] {
  const sfsTurbo = { name: "SFS Turbo", url: endpoint, variable: "SFS_TURBO_ENDPOINT" };
  const identity = { name: "identity service", url: authUrl, variable: "OS_AUTH_URL" };
  return credentials.kind === "password" ? [identity, sfsTurbo] : [sfsTurbo];
}

/** Any answer proves that the host can be reached. */
async function probe({ name, url, variable }: Host, now: () => number): Promise<{ check: Check; aheadMs?: number }> {
  const { host, hostname } = new URL(url);
  const sentAt = now();
  try {
    const { headers } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const answeredAt = now();
    const date = Date.parse(headers.get("date") ?? "");
    const check: Check = { name, outcome: "ok", detail: `${host} answers` };
    return Number.isNaN(date) ? { check } : { check, aheadMs: (sentAt + answeredAt) / 2 - date };
  } catch (error) {
    const advice =
      hostname === "127.0.0.1"
        ? "Start the local stack (npm start), or set OS_* for the real cloud (docs/configuration.md)."
        : `Check OS_REGION_NAME and ${variable}, and whether a firewall or proxy blocks the host.`;
    return { check: { name, outcome: "failed", detail: requestFailed(error, host).reason, advice } };
  }
}

/** A token of one region is rejected in another. Returns undefined for hosts that name no region. */
export function checkRegion({ region, authUrl, endpoint, credentials }: CloudConfig): Check | undefined {
  const urls = credentials.kind === "password" ? [authUrl, endpoint] : [endpoint];
  const hosts = urls.map((url) => new URL(url).hostname.split(".")).filter((labels) => labels.length > 4);
  const others = hosts.filter((labels) => labels[1] !== region).map((labels) => labels.join("."));
  if (hosts.length === 0) return undefined;
  if (others.length === 0) return { name: "region", outcome: "ok", detail: region };
  return {
    name: "region",
    outcome: "warning",
    detail: `OS_REGION_NAME is ${region}, but ${others.join(" and ")} is in another region`,
    advice: "Use one region in OS_REGION_NAME, OS_AUTH_URL and SFS_TURBO_ENDPOINT.",
  };
}

/** `aheadMs`: how far this machine's clock is ahead of the cloud's. */
function checkClock(aheadMs: number | undefined): Check {
  const name = "clock";
  if (aheadMs === undefined) return { name, outcome: "skipped", detail: "no host answered with its time" };
  const differenceMs = Math.abs(aheadMs);
  if (differenceMs < WARNING_MS) return { name, outcome: "ok", detail: `${inWords(differenceMs)} off the cloud's clock` };
  const detail = `this machine's clock is ${inWords(differenceMs)} ${aheadMs > 0 ? "ahead of" : "behind"} the cloud's`;
  if (differenceMs < LIMIT_MS) return { name, outcome: "warning", detail, advice: "Set the clock, for example with NTP." };
  const advice = "Set the clock, for example with NTP. The cloud rejects signatures that are more than 15 min off.";
  return { name, outcome: "failed", detail, advice };
}

function inWords(ms: number): string {
  return ms < WARNING_MS ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
