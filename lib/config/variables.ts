import { editDistance } from "../domain/edit-distance.ts";

/** Every environment variable of this project, those of the deployment and of the local stack included. */
export const VARIABLES = [
  ...(["STAGE", "TABLE_NAME", "SECRETS_PARAMETER"] as const),
  ...(["OS_REGION_NAME", "OS_AUTH_URL", "SFS_TURBO_ENDPOINT", "SERVICE_ENDPOINTS"] as const),
  ...(["OS_PROJECT_ID", "ALLOWED_PROJECT_IDS"] as const),
  ...(["OS_TOKEN", "OS_USERNAME", "OS_PASSWORD", "OS_USER_DOMAIN_NAME"] as const),
  ...(["OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"] as const),
  ...(["SLACK_WEBHOOKS", "SLACK_WEBHOOK_URL", "WEBHOOKS", "EVENT_BUS_NAME"] as const),
  ...(["CHANNELS", "DEFAULT_CHANNEL", "OPS_CHANNEL"] as const),
  ...(["PUBLIC_URL", "CONSOLE_URL", "SIGNING_SECRET", "HEARTBEAT_URL"] as const),
  ...(["LATE_AFTER_MINUTES", "LOST_AFTER_MINUTES", "MAX_TRACKING_DAYS", "KEEP_DAYS"] as const),
  ...(["REQUESTS_PER_MINUTE", "MAX_OPEN_JOBS"] as const),
  ...(["POLL_SEGMENTS", "POLL_CONCURRENCY", "POLLS_PER_SECOND", "POLLER_CONCURRENCY"] as const),
  ...(["PORT", "LAMBDA_PORT", "TABLE_PORT", "CLOUD_PORT", "SLACK_PORT", "EVENTS_PORT"] as const),
  ...(["LOCAL_FOLDER", "ENV_FILE"] as const),
] as const;

export type Variable = (typeof VARIABLES)[number];

const KNOWN: ReadonlySet<string> = new Set(VARIABLES);
/** Set by AWS, Node and npm. */
const OTHERS = /^(AWS_|NODE_|npm_|_)/i;
/** Shorter names are too common to be ours. */
const MIN_LENGTH = 8;
const MAX_TYPOS = 2;
const MIN_LENGTH_WITH_TWO_TYPOS = 12;

/** Returns one problem per variable whose name nearly is one of ours, with the name that is probably meant. */
export function misspelledVariables(environment: Record<string, string | undefined>): string[] {
  return Object.keys(environment).flatMap((name) => {
    if (KNOWN.has(name) || OTHERS.test(name) || !environment[name]?.trim()) return [];
    const meant = meantBy(name.toUpperCase());
    return meant === undefined ? [] : [`${name} is not a setting: did you mean ${meant}?`];
  });
}

function meantBy(name: string): Variable | undefined {
  const byTypos = VARIABLES.filter((one) => isNear(name, one));
  const [nearest] = byTypos.toSorted((one, other) => editDistance(name, one) - editDistance(name, other));
  // A forgotten last word, as in LATE_AFTER.
  return nearest ?? (name.includes("_") ? VARIABLES.find((one) => one.startsWith(`${name}_`)) : undefined);
}

function isNear(name: string, one: Variable): boolean {
  if (name === one) return true;
  if (one.length < MIN_LENGTH || Math.abs(one.length - name.length) > MAX_TYPOS) return false;
  return editDistance(name, one) <= (one.length < MIN_LENGTH_WITH_TWO_TYPOS ? 1 : MAX_TYPOS);
}
