/**
 * Returns the result of `work`, or `late` after the timeout. Then the signal aborts the work without waiting for it.
 * The timeouts of ky do not cover the body.
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

/** Returns the result of a promise, or undefined if it takes longer than `ms`. Aborts nothing. */
export async function waitAtMost<Result>(ms: number, promise: Promise<Result>): Promise<Result | undefined> {
  const { promise: timeUp, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
