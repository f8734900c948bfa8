import type { Observation, Unreachable } from "../../../domain/job/job.ts";
import type { Clock } from "../../../ports.ts";
import { type Secrets, secretAsItIs, secretsOf } from "../http/redact.ts";
import { unreachable } from "../http/unreachable.ts";
import { atMost } from "../http/with-timeout.ts";
import type { Asked, Authorise, Pass } from "./authorise.ts";
import type { AccessKeyCredentials } from "./settings.ts";
import { sign } from "./sign.ts";

/** How the key fares at one host for one project. */
interface Place {
  accepted: boolean;
  /** The one request that tries the key, while the others wait for how it ends. */
  trial?: Promise<void>;
  /** No request before `until`: what the last one said goes on to hold. */
  rest?: { until: number; why: Unreachable };
}

const REST_MS = 60_000;
const LONGEST_REST_MS = 10 * REST_MS;
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
  const places = new Map<string, Place>();
  const secrets = secretsOf(credentials.secretKey, credentials.accessKey, credentials.securityToken ?? "");
  /** Since the key was accepted last, by whatever host. */
  const refusedAt = new Set<Place>();
  let refusals = 0;
  let last: { at: number; why: Unreachable } | undefined;

  return async (asked) => {
    if (!ACCESS_KEY.test(credentials.accessKey) || !HEADER.test(credentials.securityToken ?? "")) {
      return unreachable("credentials", "the configured access key fits no header");
    }
    const admitted = await admit(placeOf(asked));
    if (admitted.kind === "unreachable") return admitted;
    return { ...passOf(credentials, asked, clock.now(), secrets), ended: admitted.ended };
  };

  function placeOf({ projectId, url }: Asked): Place {
    const id = `${projectId} ${new URL(url).host}`;
    const place = places.get(id) ?? { accepted: false };
    places.set(id, place);
    return place;
  }

  /** Waits for the turn of a request. Its `ended` must be called. */
  async function admit(place: Place): Promise<Unreachable | { kind: "admitted"; ended: NonNullable<Pass["ended"]> }> {
    for (let hasWaited = false; ; hasWaited = true) {
      const why = restOf(place);
      if (why) return why;
      const isTrusted = place.accepted && refusedAt.size === 0;
      if (isTrusted) return { kind: "admitted", ended: (observation) => learn(place, observation) };
      const before = trialBefore(place, hasWaited);
      if (!before) return { kind: "admitted", ended: beginTrial(place) };
      await before;
    }
  }

  /** What the next trial at a place waits for. */
  function trialBefore(place: Place, hasWaited: boolean): Promise<unknown> | undefined {
    if (place.trial) return place.trial;
    const others = [...places.values()].flatMap(({ trial }) => trial ?? []);
    if (others.length === 0) return undefined;
    if (refusedAt.size + others.length >= limitOf(place)) return Promise.race(others);
    return place.accepted || hasWaited ? undefined : atMost(PATIENCE_MS, Promise.race(others));
  }

  function restOf({ accepted, rest }: Place): Unreachable | undefined {
    const now = clock.now();
    if (rest && now < rest.until) return rest.why;
    const isInDoubt = refusedAt.size >= limitOf({ accepted });
    return isInDoubt && last && now < last.at + REST_MS ? last.why : undefined;
  }

  function beginTrial(place: Place): NonNullable<Pass["ended"]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    place.trial = promise;
    return (observation) => {
      learn(place, observation);
      delete place.trial;
      resolve();
    };
  }

  function learn(place: Place, observation: Observation | undefined): void {
    if (observation === undefined) return;
    if (isRefusal(observation)) refused(place, observation);
    else if (isAcceptance(observation)) accepted(place);
  }

  function accepted(place: Place): void {
    // Where no host accepted the key, each may have refused it for the same reason.
    if (!isAcceptedSomewhere()) for (const other of places.values()) delete other.rest;
    place.accepted = true;
    delete place.rest;
    refusedAt.clear();
    refusals = 0;
  }

  function refused(place: Place, why: Unreachable): void {
    const now = clock.now();
    place.accepted = false;
    // One of those that were under way when the place refused.
    if (place.rest && now < place.rest.until) return;
    refusedAt.add(place);
    refusals++;
    last = { at: now, why };
    // Refusals in a row at one host would lock the key for a host that accepts it and is seldom asked.
    const restMs = isAcceptedSomewhere() ? Math.min(REST_MS * 2 ** (refusals - 1), LONGEST_REST_MS) : REST_MS * refusedAt.size;
    place.rest = { until: now + restMs, why };
  }

  function isAcceptedSomewhere(): boolean {
    return [...places.values()].some((place) => place.accepted);
  }
}

function limitOf({ accepted }: Pick<Place, "accepted">): number {
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
function passOf(credentials: AccessKeyCredentials, { projectId, url }: Asked, now: number, secrets: Secrets): Pass {
  const { accessKey, secretKey, securityToken } = credentials;
  const sent = { "x-project-id": projectId, ...(securityToken !== undefined && { "x-security-token": securityToken }) };
  const signature = sign({ method: "GET", url, headers: { ...sent, host: new URL(url).host } }, { accessKey, secretKey }, now);
  return {
    kind: "pass",
    headers: { ...sent, ...signature },
    secrets: [secrets, secretAsItIs(signature.authorization.slice(-64))],
  };
}
