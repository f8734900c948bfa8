import { SOURCE_NAMES, SOURCES, WATCHABLE_SOURCES } from "../../../lib/domain/job/sources.ts";

/**
 * CSS that hides the fields of a form that do not belong to the chosen source, without a script. Fields have the class `only-<name>`.
 * A browser without `:has` shows all fields, and the server ignores those of other sources.
 */
export const CHOSEN_SOURCE_STYLE = `${[...registerFields(), ...watchFields()].join(",\n")} { display: none }`;

function registerFields(): string[] {
  const all = [...new Set(SOURCE_NAMES.flatMap((name) => Object.keys(SOURCES[name].fields)))];
  return all.map((field) => {
    const own = SOURCE_NAMES.filter((name) => field in SOURCES[name].fields);
    return unlessChosen(own, field);
  });
}

function watchFields(): string[] {
  return WATCHABLE_SOURCES.map((source) => unlessChosen([source], source));
}

/** Each page contains the style, so the shorter one of two equal selectors is used. */
function unlessChosen(own: readonly string[], field: string): string {
  const valuesOf = (names: readonly string[]) => names.map((name) => `[value=${name}]`).join();
  const others = SOURCE_NAMES.filter((name) => !own.includes(name));
  const chosen = others.length < own.length ? `:is(${valuesOf(others)})` : `:not(${valuesOf(own)})`;
  return `.form:has(#source :checked${chosen}) .only-${field}`;
}
