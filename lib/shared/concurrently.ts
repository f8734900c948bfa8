/** Processes items with limited concurrency. All work ends before the first error is thrown. */
export async function concurrently<Item>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const source = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = source.next(); !next.done; next = source.next()) await work(next.value);
  };
  const done = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const result of done) if (result.status === "rejected") throw result.reason;
}
