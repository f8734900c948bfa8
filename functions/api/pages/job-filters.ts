import { html } from "hono/html";
import { JOB_TYPE_NAMES, typeName } from "../../../lib/domain/job/job-types.ts";
import { truncate } from "./display-text.ts";
import type { Count } from "./job-counts.ts";
import type { Html } from "./layout.ts";
import {
  isFiltered,
  LIST_STATES,
  type ListFilter,
  type ListState,
  LONGEST_SEARCH,
  listAddress,
  titleOfState,
} from "./list-filter.ts";

/** States in the order of their links. Those that are not `isAlways` are shown while jobs have them. */
const CHIPS: readonly { state: ListState; isAlways?: true; colour?: ListState | "late" }[] = [
  { state: "open", isAlways: true },
  { state: "failed", isAlways: true, colour: "failed" },
  { state: "late", isAlways: true, colour: "late" },
  { state: "no-news", colour: "late" },
  { state: "running", isAlways: true },
  { state: "waiting" },
  { state: "registered" },
  { state: "success", isAlways: true },
  { state: "lost", colour: "lost" },
  { state: "stopped" },
];

/** Links to the list of each state, with counts. They keep the other filters, and lead to the first page. */
export function stateChips(filter: ListFilter, counts: Count[] | undefined): Html {
  const { cursor: _, ...rest } = filter;
  const chips = CHIPS.map(({ state, isAlways, colour }) => {
    const { count, isAtLeast = false } = counts?.find((one) => one.state === state) ?? {};
    const isChosen = filter.state === state;
    if (!isAlways && !isChosen && (count ?? 0) === 0) return "";
    return chip(`c-${state}`, listAddress({ ...rest, state }), isChosen, {
      words: titleOfState(state),
      count: count === undefined ? "" : `${count.toLocaleString("en")}${isAtLeast ? "+" : ""}`,
      colour: colour !== undefined && (count ?? 0) > 0 ? colour : "",
    });
  });
  const isAll = filter.state === undefined;
  return html`<nav id="states" class="chips" aria-label="State" data-live>
${chip("c-all", listAddress({ ...rest, state: undefined }), isAll, { words: "All", count: "", colour: "" })}
${chips}
</nav>`;
}

function chip(
  id: string,
  address: string,
  isChosen: boolean,
  { words, count, colour }: { words: string; count: string; colour: string },
): Html {
  const number = count !== "" && html` <b class="${colour}">${count}</b>`;
  return html`<a id="${id}" href="${address}"${isChosen && html` aria-current="true"`}>${words}${number}</a>
`;
}

/** The search field. Enter submits it, so it needs no button. Hidden fields keep the other filters. */
export function searchForm({ state, type, label, text }: ListFilter): Html {
  const kept = Object.entries({ state, type, label }).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="search" method="get" action="/" role="search">
${kept}<input type="search" name="q" value="${text ?? ""}" aria-label="Search titles, ids and labels"
 placeholder="Search title, id or label" maxlength="${LONGEST_SEARCH}" spellcheck="false"
 autocapitalize="off" enterkeyhint="search">
</form>`;
}

/** A menu of links, one per job type. */
export function typeMenu(filter: ListFilter): Html {
  const { cursor: _, ...rest } = filter;
  const link = (type: string) =>
    html`<a href="${listAddress({ ...rest, type })}"${type === filter.type && html` aria-current="true"`}>
${typeName(type)}</a>`;
  return html`<details class="menu" id="types"><summary>Type</summary><div>${JOB_TYPE_NAMES.map(link)}</div></details>`;
}

/** The filters besides the state. Each is a link that removes it. */
export function chosenFilters(filter: ListFilter): Html[] {
  const { type, label, text } = filter;
  const remove = (name: string, value: string, without: ListFilter) =>
    html`<a class="tag" href="${listAddress({ ...without, cursor: undefined })}"
 aria-label="Remove the filter ${name} ${value}">
${name} <b><bdi>${value}</bdi></b> <span aria-hidden="true">✕</span></a>`;
  return [
    ...(type === undefined ? [] : [remove("Type", truncate(typeName(type), 40), { ...filter, type: undefined })]),
    ...(label === undefined ? [] : [remove("Label", truncate(label, 60), { ...filter, label: undefined })]),
    ...(text === undefined ? [] : [remove("Search", truncate(text, 60), { ...filter, text: undefined })]),
  ];
}

/** Names what an empty list was filtered by. */
export function filterWords({ state, type, label, text }: ListFilter): string {
  return [
    state !== undefined && `state ${titleOfState(state)}`,
    type !== undefined && `type ${truncate(typeName(type), 40)}`,
    label !== undefined && `label ${truncate(label, 60)}`,
    text !== undefined && `text “${truncate(text, 60)}”`,
  ]
    .filter((part) => part !== false)
    .join(", ");
}

export function unknownStateNote(word: string | undefined, filter: ListFilter): Html | "" {
  if (word === undefined) return "";
  const shown = isFiltered(filter) ? "Jobs of all states are shown." : "All jobs are shown.";
  return html`<p class="note" role="status">There is no state “<bdi>${truncate(word, 60)}</bdi>”. ${shown}
Use one of these: ${LIST_STATES.join(", ")}.</p>`;
}
