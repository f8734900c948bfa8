import type { Unreachable } from "../../../domain/job/job.ts";
import type { Clock } from "../../../ports.ts";
import { waitAtMost } from "../http/with-timeout.ts";
import type { AuthHeaders, AuthRequest, Outcome } from "./auth-headers.ts";

/** State of the key at one host for one project. */
export interface Target {
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

/**
 * Decides when a request may be sent with an access key. The cloud locks a key for five minutes after more than five rejections in a row,
 * at any host. So a target that has not accepted the key gets one request at a time, and backs off after a rejection. After rejections at
 * three targets in a row, the key is tried once a minute overall. Requests that were already sent when a host starts to reject still count.
 */
export class KeyTrials {
  readonly #clock: Clock;
  readonly #targets = new Map<string, Target>();
  /** Targets that rejected the key since any host accepted it. */
  readonly #rejectedAt = new Set<Target>();
  #rejections = 0;
  #last: { at: number; why: Unreachable } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  targetOf({ projectId, url }: AuthRequest): Target {
    const id = `${projectId} ${new URL(url).host}`;
    const target = this.#targets.get(id) ?? { accepted: false };
    this.#targets.set(id, target);
    return target;
  }

  /** Waits until a request may be sent. The returned `onEnd` must be called. */
  async admit(target: Target): Promise<Unreachable | { kind: "admitted"; onEnd: NonNullable<AuthHeaders["onEnd"]> }> {
    for (let hasWaited = false; ; hasWaited = true) {
      const why = this.#backOffOf(target);
      if (why) return why;
      const isTrusted = target.accepted && this.#rejectedAt.size === 0;
      if (isTrusted) return { kind: "admitted", onEnd: (outcome) => this.#learn(target, outcome) };
      const before = this.#trialBefore(target, hasWaited);
      if (!before) return { kind: "admitted", onEnd: this.#beginTrial(target) };
      await before;
    }
  }

  /** Returns what the next trial at a target must wait for. */
  #trialBefore(target: Target, hasWaited: boolean): Promise<unknown> | undefined {
    if (target.trial) return target.trial;
    const others = [...this.#targets.values()].flatMap(({ trial }) => trial ?? []);
    if (others.length === 0) return undefined;
    if (this.#rejectedAt.size + others.length >= limitOf(target)) return Promise.race(others);
    return target.accepted || hasWaited ? undefined : waitAtMost(MAX_TRIAL_WAIT_MS, Promise.race(others));
  }

  #backOffOf({ accepted, backOff }: Target): Unreachable | undefined {
    const now = this.#clock.now();
    if (backOff && now < backOff.until) return backOff.why;
    const isInDoubt = this.#rejectedAt.size >= limitOf({ accepted });
    return isInDoubt && this.#last && now < this.#last.at + BACK_OFF_MS ? this.#last.why : undefined;
  }

  #beginTrial(target: Target): NonNullable<AuthHeaders["onEnd"]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    target.trial = promise;
    return (outcome) => {
      this.#learn(target, outcome);
      delete target.trial;
      resolve();
    };
  }

  #learn(target: Target, outcome: Outcome | undefined): void {
    if (outcome === undefined) return;
    if (isRejection(outcome)) this.#noteRejected(target, outcome);
    else if (isAcceptance(outcome)) this.#noteAccepted(target);
  }

  #noteAccepted(target: Target): void {
    // If no host had accepted the key, all may have rejected it for the same reason.
    if (!this.#isAcceptedSomewhere()) for (const other of this.#targets.values()) delete other.backOff;
    target.accepted = true;
    delete target.backOff;
    this.#rejectedAt.clear();
    this.#rejections = 0;
  }

  #noteRejected(target: Target, why: Unreachable): void {
    const now = this.#clock.now();
    target.accepted = false;
    // This request was already sent when the target first rejected the key.
    if (target.backOff && now < target.backOff.until) return;
    this.#rejectedAt.add(target);
    this.#rejections++;
    this.#last = { at: now, why };
    // Rejections at one host could lock the key for another host that accepts it.
    const backOffMs = this.#isAcceptedSomewhere()
      ? Math.min(BACK_OFF_MS * 2 ** (this.#rejections - 1), LONGEST_BACK_OFF_MS)
      : BACK_OFF_MS * this.#rejectedAt.size;
    target.backOff = { until: now + backOffMs, why };
  }

  #isAcceptedSomewhere(): boolean {
    return [...this.#targets.values()].some((target) => target.accepted);
  }
}

function limitOf({ accepted }: Pick<Target, "accepted">): number {
  return accepted ? MAX_REJECTIONS_ONCE_ACCEPTED : MAX_REJECTIONS;
}

function isRejection(outcome: Outcome): outcome is Unreachable {
  return outcome.kind === "unreachable" && outcome.cause === "credentials";
}

/** A busy gateway does not prove the key, but "not permitted" does: the cloud knows it. */
function isAcceptance(outcome: Outcome): boolean {
  return outcome.kind !== "unreachable" || outcome.cause === "not-permitted";
}
