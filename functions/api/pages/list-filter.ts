import { TRANSITIONS } from "../../../lib/domain/job/transitions.ts";
import { LONGEST_LABEL, STATE_FILTERS } from "../routes/schemas.ts";

// What a job list shows, and the address of each list. Every list can be linked to.

/** The states of the API, and open jobs that the last poll did not reach. */
export const LIST_STATES = [...STATE_FILTERS, "no-news"] as const;
export type ListState = (typeof LIST_STATES)[number];

export interface ListFilter {
  state?: ListState | undefined;
  /** A job type in the cloud's spelling. */
  type?: string | undefined;
  /** A label's name, or `name=value`. */
  label?: string | undefined;
  /** Searched in titles, ids and labels. */
  text?: string | undefined;
  cursor?: string | undefined;
}

export const LONGEST_SEARCH = 100;

/** Reads the filter of an address. `unknownState` is what it says in place of a state. */
export function listFilterOf(query: Record<string, string>): { filter: ListFilter; unknownState?: string } {
  const given = (name: string, longest: number) => query[name]?.trim().normalize("NFC").slice(0, longest) || undefined;
  const word = given("state", 60);
  const state = LIST_STATES.find((one) => one === word);
  const filter = {
    ...{ state, type: given("type", 200), label: given("label", LONGEST_LABEL) },
    ...{ text: given("q", LONGEST_SEARCH), cursor: query.cursor?.slice(0, 500) || undefined },
  };
  return { filter, ...(word !== undefined && state === undefined && { unknownState: word }) };
}

/** Returns the address of the list with this filter. */
export function listAddress({ state, type, label, text, cursor }: ListFilter): string {
  const given = Object.entries({ state, type, label, q: text, cursor }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given as [string, string][]).toString();
  return query === "" ? "/" : `/?${query}`;
}

export function isFiltered({ state, type, label, text, cursor }: ListFilter): boolean {
  return (state ?? type ?? label ?? text ?? cursor) !== undefined;
}

export function titleOfState(state: ListState): string {
  if (state === "open") return "Open";
  return state === "no-news" ? "No news" : TRANSITIONS[state].label;
}
