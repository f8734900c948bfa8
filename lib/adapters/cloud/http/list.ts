import type { ListedResource, Listing } from "../../../domain/discovery/listing.ts";
import type { Seen, Unreachable } from "../../../domain/job/job.ts";
import { isObject } from "../../../domain/json.ts";
import type { ListRequest } from "../../../ports.ts";
import { type Answer, requestIdOf, unreachableOf, withRequestId } from "./answer.ts";
import type { CloudClient } from "./client.ts";
import { unreachable } from "./unreachable.ts";

/** What differs between lists. */
export interface ListParts {
  /** Name of the API in messages: "the share list". */
  upstream: string;
  path(projectId: string): string;
  /** Parameters besides those of the page. */
  query?(since: number): Record<string, string>;
  /** The field of the answer that has the rows. */
  field: string;
  /** Reads one row. `answered` belongs to each observation. */
  resourceOf(row: Record<string, unknown>, answered: Pick<Seen, "requestId">): ListedResource | Unreachable;
}

interface Page {
  kind: "page";
  resources: ListedResource[];
  /** The number of rows, of this page or of the whole list: the references leave it open. */
  count: number;
  requestId?: string;
}

const PAGE_SIZE = 1_000;
const MAX_PAGES = 10;
const MAX_ROWS = PAGE_SIZE * MAX_PAGES;

/**
 * Reads one page after the other until one is not full, unless the cloud counts more rows. Pages are no snapshot: if a row moves to the
 * next page in between, its last version counts.
 */
export async function readList(
  cloudClient: CloudClient,
  base: string,
  list: ListParts,
  { projectId, since, onRequest }: Omit<ListRequest, "source">,
  timeoutMs: number,
): Promise<Listing | Unreachable> {
  const { upstream } = list;
  const resources = new Map<string, ListedResource>();
  let rows = 0;
  // Ten full pages need an eleventh request, which shows that there is no eleventh page.
  for (let pages = 0; pages <= MAX_PAGES && rows <= MAX_ROWS; pages++) {
    const url = `${base}${list.path(projectId)}?${queryOf(list, since, rows)}`;
    onRequest?.();
    const page = await cloudClient({ projectId, url, upstream, read: pageParser(list), isPage: true }, timeoutMs);
    if (page.kind === "unreachable") return page;
    for (const resource of page.resources) resources.set(resource.id, resource);
    rows += page.resources.length;
    const isLast = page.resources.length === 0 || (page.resources.length < PAGE_SIZE && page.count <= rows);
    if (isLast && rows <= MAX_ROWS) return listingOf(resources, page);
  }
  return unreachable("configuration", `${upstream} has more than ${MAX_PAGES} pages or 10,000 entries, too many to watch`);
}

function listingOf(resources: Map<string, ListedResource>, { requestId }: Page): Listing {
  return { kind: "listed", resources: [...resources.values()], ...(requestId !== undefined && { requestId }) };
}

/** CBR documents 1 as the lowest offset. */
function queryOf({ query }: ListParts, since: number, offset: number): string {
  const page = { limit: String(PAGE_SIZE), ...(offset > 0 && { offset: String(offset) }) };
  return new URLSearchParams({ ...page, ...query?.(since) }).toString();
}

/** Every error is unreachable: none of them says that a project has no resources. */
function pageParser(list: ListParts): (answer: Answer, now: number) => Page | Unreachable {
  return (answer, now) => {
    const page = answer.status < 300 ? pageOf(answer, list) : unreachableOf(answer, list.upstream, now);
    return withRequestId(page, answer);
  };
}

/** A row that cannot be read makes the whole list invalid: it could be the one that somebody waits for. */
function pageOf(answer: Answer, { upstream, field, resourceOf }: ListParts): Page | Unreachable {
  const body = isObject(answer.body) ? answer.body : {};
  const { [field]: rows, count } = body;
  if (!Array.isArray(rows)) return unreachable("invalid-response", `the response of ${upstream} has no ${field}`);
  const answered = requestIdOf(answer);
  const resources: ListedResource[] = [];
  for (const row of rows) {
    const resource = isObject(row) ? resourceOf(row, answered) : unreachable("invalid-response", "it is not an object");
    if ("kind" in resource)
      return unreachable("invalid-response", `an entry of ${upstream} cannot be read: ${resource.reason}`);
    resources.push(resource);
  }
  return { kind: "page", resources, count: typeof count === "number" ? count : 0 };
}
