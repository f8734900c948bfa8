import type { Item } from "./items.ts";

/** Yields the pages of a query or a scan, beginning after `start`. */
export async function* pagesOf<Page extends { LastEvaluatedKey?: Item | undefined }>(
  read: (from: { ExclusiveStartKey?: Item }) => Promise<Page>,
  start?: Item,
): AsyncGenerator<Page> {
  let from = start;
  do {
    const page = await read(from ? { ExclusiveStartKey: from } : {});
    yield page;
    from = page.LastEvaluatedKey;
  } while (from);
}
