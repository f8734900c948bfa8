import type { Observation, Unreachable } from "../../../domain/job/job.ts";
import type { Clock } from "../../../ports.ts";
import { plainSecret, type Secrets, secretsOf } from "../http/redact.ts";
import { unreachable } from "../http/unreachable.ts";
import { waitAtMost } from "../http/with-timeout.ts";
import type { AuthHeaders, Authorise, AuthRequest } from "./auth-headers.ts";
import type { AccessKeyCredentials } from "./settings.ts";
import { sign } from "./sign.ts";

/** State of the key at one host for one project. */
interface Target {
  accepted: boolean;
  /** The request that tries the key. All others wait for its result. */
  trial?: Promise<void>;
  /** No request before `until`. Until then each poll returns `why`, the last error. */
  backOff?: { until: number; why: Unreachable };
}

const BACK_OFF_MS = 60_000;
const LONGEST_BACK_OFF_MS = 10 * BACK_OFF_MS;
/** Targets that may reject the key before only one per minute is tried. Leaves two rejections to other instances. */
const MAX_REJECTIONS = 3;
/** The same for a target that has accepted the key. */
const MAX_REJECTIONS_ONCE_ACCEPTED = 5;
/** How long a trial at a silent host delays those of other hosts. */
const MAX_TRIAL_WAIT_MS = 1_000;
const ACCESS_KEY = /^[\x21-\x2b\x2d-\x7e]+$/;
const HEADER = /^[\x21-\x7e]*$/;

/**
 * Signs each request. The cloud locks a key for five minutes after more than five rejections in a row, at any host.
 * So a target that has not accepted the key gets one request at a time, and backs off after a rejection. After rejections at three targets
 * in a row, the key is tried once a minute overall. Requests that were already sent when a host starts to reject still count.
 */
export function createAccessKeyAuth(credentials: AccessKeyCredentials, clock: Clock): Authorise {
  const targets = new Map<string, Target>();
  const secrets = secretsOf(credentials.secretKey, credentials.accessKey, credentials.securityToken ?? "");
  /** Targets that rejected the key since any host accepted it. */
  const rejectedAt = new Set<Target>();
  let rejections = 0;
  let last: { at: number; why: Unreachable } | undefined;

  return async (request) => {
    if (!ACCESS_KEY.test(credentials.accessKey) || !HEADER.test(credentials.securityToken ?? "")) {
      return unreachable("credentials", "the configured access key contains invalid characters");
    }
    const admitted = await admit(targetOf(request));
    if (admitted.kind === "unreachable") return admitted;
    return { ...authOf(credentials, request, clock.now(), secrets), onEnd: admitted.onEnd };
  };

  function targetOf({ projectId, url }: AuthRequest): Target {
    const id = `${projectId} ${new URL(url).host}`;
    const target = targets.get(id) ?? { accepted: false };
    targets.set(id, target);
    return target;
  }

  /** Waits until a request may be sent. The returned `onEnd` must be called. */
  async function admit(target: Target): Promise<Unreachable | { kind: "admitted"; onEnd: NonNullable<AuthHeaders["onEnd"]> }> {
    for (let hasWaited = false; ; hasWaited = true) {
      const why = backOffOf(target);
      if (why) return why;
      const isTrusted = target.accepted && rejectedAt.size === 0;
      if (isTrusted) return { kind: "admitted", onEnd: (observation) => learn(target, observation) };
      const before = trialBefore(target, hasWaited);
      if (!before) return { kind: "admitted", onEnd: beginTrial(target) };
      await before;
    }
  }

  /** Returns what the next trial at a target must wait for. */
  function trialBefore(target: Target, hasWaited: boolean): Promise<unknown> | undefined {
    if (target.trial) return target.trial;
    const others = [...targets.values()].flatMap(({ trial }) => trial ?? []);
    if (others.length === 0) return undefined;
    if (rejectedAt.size + others.length >= limitOf(target)) return Promise.race(others);
    return target.accepted || hasWaited ? undefined : waitAtMost(MAX_TRIAL_WAIT_MS, Promise.race(others));
  }

  function backOffOf({ accepted, backOff }: Target): Unreachable | undefined {
    const now = clock.now();
    if (backOff && now < backOff.until) return backOff.why;
    const isInDoubt = rejectedAt.size >= limitOf({ accepted });
    return isInDoubt && last && now < last.at + BACK_OFF_MS ? last.why : undefined;
  }

  function beginTrial(target: Target): NonNullable<AuthHeaders["onEnd"]> {
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
    if (isRejection(observation)) noteRejected(target, observation);
    else if (isAcceptance(observation)) noteAccepted(target);
  }

  function noteAccepted(target: Target): void {
    // If no host had accepted the key, all may have rejected it for the same reason.
    if (!isAcceptedSomewhere()) for (const other of targets.values()) delete other.backOff;
    target.accepted = true;
    delete target.backOff;
    rejectedAt.clear();
    rejections = 0;
  }

  function noteRejected(target: Target, why: Unreachable): void {
    const now = clock.now();
    target.accepted = false;
    // This request was already sent when the target first rejected the key.
    if (target.backOff && now < target.backOff.until) return;
    rejectedAt.add(target);
    rejections++;
    last = { at: now, why };
    // Rejections at one host could lock the key for another host that accepts it.
    const backOffMs = isAcceptedSomewhere()
      ? Math.min(BACK_OFF_MS * 2 ** (rejections - 1), LONGEST_BACK_OFF_MS)
      : BACK_OFF_MS * rejectedAt.size;
    target.backOff = { until: now + backOffMs, why };
  }

  function isAcceptedSomewhere(): boolean {
    return [...targets.values()].some((target) => target.accepted);
  }
}

function limitOf({ accepted }: Pick<Target, "accepted">): number {
  return accepted ? MAX_REJECTIONS_ONCE_ACCEPTED : MAX_REJECTIONS;
}

function isRejection(observation: Observation): observation is Unreachable {
  return observation.kind === "unreachable" && observation.cause === "credentials";
}

/** A busy gateway does not prove the key, but "not permitted" does: the cloud knows it. */
function isAcceptance(observation: Observation): boolean {
  return observation.kind !== "unreachable" || observation.cause === "not-permitted";
}

/** Signs the host, but does not return it as a header: fetch sets it from the URL. */
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
    secrets: [secrets, plainSecret(signature.authorization.slice(-64))],
  };
}
