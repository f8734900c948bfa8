/**
 * Gives what `work` gives, or `late` once the time is up: then the signal ends whatever is under way, and nobody waits for
 * it. ky's own timeouts end at the headers, and do not cover a body read from the response.
 */
export async function withTimeout<Result>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
  late: Result,
): Promise<Result> {
  const controller = new AbortController();
  const { promise: timeUp, resolve } = Promise.withResolvers<Result>();
  const timer = setTimeout(() => {
    resolve(late);
    controller.abort();
  }, timeoutMs);
  try {
    return await Promise.race([work(controller.signal), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives what a promise gives, or undefined where that takes longer; nothing is ended. */
export async function atMost<Result>(ms: number, promise: Promise<Result>): Promise<Result | undefined> {
  const { promise: timeUp, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
