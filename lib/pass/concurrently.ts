/** Works on what a source gives with so many hands at once; the source is asked no faster than they work. */
export async function concurrently<Item>(
  source: AsyncIterable<Item>,
  hands: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const items = source[Symbol.asyncIterator]();
  const hand = async () => {
    for (let next = await items.next(); !next.done; next = await items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: hands }, hand));
}
