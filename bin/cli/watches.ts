import type { Watch, Watches } from "./answers.ts";
import { type Options, onlyArgument, rejectArguments } from "./arguments.ts";
import { callApi } from "./client.ts";
import { pairsText, parsePairs } from "./job-options.ts";
import { ageOf } from "./job-text.ts";
import { type Piece, print, printError } from "./output.ts";
import { outcomeText } from "./problem-text.ts";
import { printTable } from "./table.ts";

const DEFAULT_WATCHED = "sfs-turbo-share";
const HEADER = ["WATCH", "SOURCE", "PROJECT", "OPERATIONS", "CHANNELS", "LAST LIST"];

/** Watches a project. A list that the cloud refuses is reported, and the watch is kept. */
export async function watch(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const { body } = await callApi<Watch>("POST", "/watches", {
    source: options.source ?? DEFAULT_WATCHED,
    projectId: options.project,
    operations: options.operations?.split(","),
    names: options.name,
    tags: parsePairs("tag", options.tag),
    channels: options.channel,
    notifyOn: options["notify-on"]?.split(","),
  });
  print(options.json ? JSON.stringify(body) : `watching ${watchLine(body)}`);
  const trouble = troubleText(body);
  if (trouble) printError(`${body.watchId}: ${trouble}. The watch is kept, and the list is tried again every minute.`);
  return 0;
}

export async function watches(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const { body } = await callApi<Watches>("GET", "/watches");
  if (options.json) print(JSON.stringify(body));
  else if (body.watches.length === 0) print("No watches. Watch a project: jobwatch watch --project <id>");
  else
    printTable(
      HEADER,
      body.watches.map((one) => [...watchCells(one), listCell(one)]),
    );
  return 0;
}

/** Ends a watch. The jobs that it found are still tracked. */
export async function unwatch(args: string[], options: Options): Promise<number> {
  const path = `/watches/${encodeURIComponent(onlyArgument(args, "watchId"))}`;
  const { body } = await callApi<Watch>("DELETE", path);
  print(options.json ? JSON.stringify(body) : `stopped watching ${watchLine(body)}`);
  return 0;
}

function watchLine(one: Watch): string {
  return watchCells(one).join("  ");
}

function watchCells({ watchId, source, projectId, operations, names, tags, channels }: Watch): string[] {
  const filters = [
    operations?.join(", ") ?? "all operations",
    names && `named ${names.join(", ")}`,
    tags && `tagged ${pairsText(tags)}`,
  ];
  return [watchId, source, projectId, filters.filter(Boolean).join("; "), `to ${channels.join(", ")}`];
}

/** Says when the project was last listed, or why it cannot be. */
function listCell(one: Watch): Piece {
  const { at } = one.lastList;
  const listed = at === undefined ? "not listed yet" : `listed ${ageOf(at)} ago`;
  const waiting = one.waiting && `${one.waiting} operations wait, because the team has too many open jobs`;
  const trouble = troubleText(one);
  const text = [trouble, listed, waiting].filter(Boolean).join("; ");
  return trouble ? { text, tone: "bad" } : text;
}

/** Says why the project cannot be listed, and which right is missing. */
function troubleText({ lastList }: Watch): string | undefined {
  const { outcome, since } = lastList;
  if (outcome === "pending" || outcome === "listed") return undefined;
  return `no list since ${since}: ${outcomeText(lastList, lastList.missingRight)}`;
}
