import { SOURCE_NAMES, SOURCES, WATCHABLE_SOURCES } from "../../../lib/domain/job/sources.ts";

/**
 * CSS that hides the fields of a form that do not belong to the chosen source, without a script. Fields have the class `only-<name>`.
 * A browser without `:has` shows all fields, and the server ignores those of other sources.
 */
export const CHOSEN_SOURCE_STYLE = [...registerRules(), ...watchRules()].join("\n");

function registerRules(): string[] {
  const all = [...new Set(SOURCE_NAMES.flatMap((name) => Object.keys(SOURCES[name].fields)))];
  return all.map((field) => {
    const others = SOURCE_NAMES.filter((name) => !(field in SOURCES[name].fields));
    return `.form:has(${others.map(isChosen).join(", ")}) .only-${field} { display: none }`;
  });
}

function watchRules(): string[] {
  return WATCHABLE_SOURCES.map((source) => {
    const others = WATCHABLE_SOURCES.filter((name) => name !== source);
    return `.form:has(${others.map(isChosen).join(", ")}) .only-${source} { display: none }`;
  });
}

function isChosen(source: string): string {
  return `option[value=${source}]:checked`;
}
