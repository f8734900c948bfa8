import type { Observation, Unreachable } from "../../../domain/job/job.ts";
import type { Clock } from "../../../ports.ts";
import { type Secrets, secretAsItIs, secretsOf } from "../http/redact.ts";
import { unreachable } from "../http/unreachable.ts";
import { atMost } from "../http/with-timeout.ts";
import type { AuthHeaders, Authorise, AuthRequest } from "./authorise.ts";
import type { AccessKeyCredentials } from "./settings.ts";
import { sign } from "./sign.ts";

/** How the key fares at one host for one project. */
interface Target {
  accepted: boolean;
  /** The one request that tries the key, while the others wait for how it ends. */
  trial?: Promise<void>;
  /** No request before `until`: what the last one said goes on to hold. */
  backOff?: { until: number; why: Unreachable };
}

const BACK_OFF_MS = 60_000;
const LONGEST_BACK_OFF_MS = 10 * BACK_OFF_MS;
/** Places that may refuse the key before one is tried a minute: two more are left to other instances. */
const MAX_REFUSALS = 3;
/** The same for a place that has accepted the key. */
const MAX_REFUSALS_ONCE_ACCEPTED = 5;
/** How long a trial at a silent host keeps those of others waiting. */
const PATIENCE_MS = 1_000;
const ACCESS_KEY = /^[\x21-\x2b\x2d-\x7e]+$/;
const HEADER = /^[\x21-\x7e]*$/;

/**
 * Signs each request. The cloud locks a key for five minutes after more than five refusals in a row, whichever host refuses.
 * So a place that has not accepted the key is tried by one request at a time, and rests after a refusal. After refusals at
 * three places in a row, the key is tried once a minute overall. Requests under way when a host begins to refuse cannot be held back.
 */
export function createSigned(credentials: AccessKeyCredentials, clock: Clock): Authorise {
  const targets = new Map<string, Target>();
  const secrets = secretsOf(credentials.secretKey, credentials.accessKey, credentials.securityToken ?? "");
  /** Since the key was accepted last, by whatever host. */
  const refusedAt = new Set<Target>();
  let refusals = 0;
  let last: { at: number; why: Unreachable } | undefined;

  return async (request) => {
    if (!ACCESS_KEY.test(credentials.accessKey) || !HEADER.test(credentials.securityToken ?? "")) {
      return unreachable("credentials", "the configured access key fits no header");
    }
    const admitted = await admit(targetOf(request));
    if (admitted.kind === "unreachable") return admitted;
    return { ...authOf(credentials, request, clock.now(), secrets), ended: admitted.ended };
  };

  function targetOf({ projectId, url }: AuthRequest): Target {
    const id = `${projectId} ${new URL(url).host}`;
    const target = targets.get(id) ?? { accepted: false };
    targets.set(id, target);
    return target;
  }

  /** Waits for the turn of a request. Its `ended` must be called. */
  async function admit(target: Target): Promise<Unreachable | { kind: "admitted"; ended: NonNullable<AuthHeaders["ended"]> }> {
    for (let hasWaited = false; ; hasWaited = true) {
      const why = backOffOf(target);
      if (why) return why;
      const isTrusted = target.accepted && refusedAt.size === 0;
      if (isTrusted) return { kind: "admitted", ended: (observation) => learn(target, observation) };
      const before = trialBefore(target, hasWaited);
      if (!before) return { kind: "admitted", ended: beginTrial(target) };
      await before;
    }
  }

  /** What the next trial at a place waits for. */
  function trialBefore(target: Target, hasWaited: boolean): Promise<unknown> | undefined {
    if (target.trial) return target.trial;
    const others = [...targets.values()].flatMap(({ trial }) => trial ?? []);
    if (others.length === 0) return undefined;
    if (refusedAt.size + others.length >= limitOf(target)) return Promise.race(others);
    return target.accepted || hasWaited ? undefined : atMost(PATIENCE_MS, Promise.race(others));
  }

  function backOffOf({ accepted, backOff }: Target): Unreachable | undefined {
    const now = clock.now();
    if (backOff && now < backOff.until) return backOff.why;
    const isInDoubt = refusedAt.size >= limitOf({ accepted });
    return isInDoubt && last && now < last.at + BACK_OFF_MS ? last.why : undefined;
  }

  function beginTrial(target: Target): NonNullable<AuthHeaders["ended"]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    target.trial = promise;
    return (observation) => {
      learn(target, observation);
      delete target.trial;
      resolve();
    };
  }

  function learn(target: Target, observation: Observation | undefined): void {
    if (observation === undefined) return;
    if (isRefusal(observation)) refused(target, observation);
    else if (isAcceptance(observation)) accepted(target);
  }

  function accepted(target: Target): void {
    // Where no host accepted the key, each may have refused it for the same reason.
    if (!isAcceptedSomewhere()) for (const other of targets.values()) delete other.backOff;
    target.accepted = true;
    delete target.backOff;
    refusedAt.clear();
    refusals = 0;
  }

  function refused(target: Target, why: Unreachable): void {
    const now = clock.now();
    target.accepted = false;
    // One of those that were under way when the place refused.
    if (target.backOff && now < target.backOff.until) return;
    refusedAt.add(target);
    refusals++;
    last = { at: now, why };
    // Refusals in a row at one host would lock the key for a host that accepts it and is seldom asked.
    const backOffMs = isAcceptedSomewhere()
      ? Math.min(BACK_OFF_MS * 2 ** (refusals - 1), LONGEST_BACK_OFF_MS)
      : BACK_OFF_MS * refusedAt.size;
    target.backOff = { until: now + backOffMs, why };
  }

  function isAcceptedSomewhere(): boolean {
    return [...targets.values()].some((target) => target.accepted);
  }
}

function limitOf({ accepted }: Pick<Target, "accepted">): number {
  return accepted ? MAX_REFUSALS_ONCE_ACCEPTED : MAX_REFUSALS;
}

function isRefusal(observation: Observation): observation is Unreachable {
  return observation.kind === "unreachable" && observation.cause === "credentials";
}

/** A busy gateway says nothing of the key; "not permitted" is said to a key that is known. */
function isAcceptance(observation: Observation): boolean {
  return observation.kind !== "unreachable" || observation.cause === "not-permitted";
}

/** The host is signed but not given: it is the URL's own, and fetch writes it. */
function authOf(
  credentials: AccessKeyCredentials,
  { projectId, url }: AuthRequest,
  now: number,
  secrets: Secrets,
): AuthHeaders {
  const { accessKey, secretKey, securityToken } = credentials;
  const sent = { "x-project-id": projectId, ...(securityToken !== undefined && { "x-security-token": securityToken }) };
  const signature = sign({ method: "GET", url, headers: { ...sent, host: new URL(url).host } }, { accessKey, secretKey }, now);
  return {
    kind: "auth",
    headers: { ...sent, ...signature },
    secrets: [secrets, secretAsItIs(signature.authorization.slice(-64))],
  };
}
