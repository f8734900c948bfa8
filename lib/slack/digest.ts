import type { Telling } from "../ports.ts";
import { type Content, section } from "./blocks.ts";
import { endedAs } from "./job-facts.ts";
import type { Links } from "./job-message.ts";
import { measure } from "./job-times.ts";
import { countsOf, inOrder, lineFor, packed, type Style, styleOf } from "./lines.ts";
import { link } from "./text.ts";

export interface DigestSetting {
  /** The channel's name. */
  channel?: string;
  /** Whose clocks say which day it is. */
  timeZone?: string;
  links?: Links | undefined;
}

/** A link takes as much room as a line: of more jobs only those that want a person have one. */
const FEW = 20;
const LONGEST_LINK = 600;

/** All that ended in a channel until a moment, failures first, and apart from them what went well. It calls nobody. */
export function digestMessage(tellings: Telling[], at: number, plain: boolean, setting: DigestSetting): Content {
  const { channel = "", timeZone = "UTC" } = setting;
  const groups = inOrder(tellings);
  const text = `Digest of ${channel}, ${dayOf(at, timeZone)}: ${countsOf(groups)}`;
  const { good = [], bad = [] } = Object.groupBy(groups.flat(), (telling) => (isGood(telling) ? "good" : "bad"));
  const linksAll = tellings.length <= FEW;
  const style = styleOf(plain, tellings.length);
  const parts = [
    bad.map((telling) => lineOf(telling, style, linksAll || !plain ? setting : {})),
    good.map((telling) => lineOf(telling, style, linksAll ? setting : {})),
  ];
  if (plain) return { text, blocks: [], lines: parts.flat(), ids: [] };
  return { text, blocks: [section(`*${text}*`), ...parts.flatMap(packed)], lines: [], ids: [] };
}

function isGood({ kind, transition }: Telling): boolean {
  return kind === "job" && endedAs(transition) === "success";
}

function lineOf(telling: Telling, style: Style, { links }: DigestSetting): string {
  if (telling.kind !== "job") return lineFor(telling, style);
  const { job } = telling;
  const usual = isGood(telling) && !job.late && style.details ? measure(job)?.words : undefined;
  const page = links?.pageOf?.(job);
  const pageLink = page === undefined ? undefined : link(page, "Job page", LONGEST_LINK);
  return [lineFor(telling, style), usual, pageLink].filter((part) => part !== undefined).join(" · ");
}

/** "Wed 25 Nov". */
function dayOf(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", day: "numeric", month: "short" });
  const { weekday, day, month } = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${weekday} ${day} ${month}`;
}
