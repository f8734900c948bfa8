import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { npmStart, type Stack } from "../cases/stack.ts";
import { localClient } from "../test-table.ts";
import { type Block, blocksOf, LANGUAGES, pagesOfDocs, proseOf } from "./blocks.ts";
import { paste, type Ran } from "./paste.ts";
import { missingPart } from "./same-output.ts";

// Pastes every runnable block of the pages, as a reader does beside `npm start`, and compares what it prints with what the page shows.
// All pages share one stack and run at once, each with a team of its own. Takes about a minute, most of it waiting.

const PAGES = pagesOfDocs();
const isRunnable = ({ language, needs }: Block) => language === "sh" && needs === undefined;
const runnable = new Map(PAGES.map((page) => [page, blocksOf(page).filter(isRunnable)]));
const pagesToRun = PAGES.filter((page) => runnable.get(page)?.length);

let stack: Stack;
let results: Map<string, Ran[]>;

beforeAll(async () => {
  stack = await npmStart();
  await stack.isUp();
  results = new Map(await Promise.all(pagesToRun.map(async (page) => [page, await pasted(page)] as const)));
  const count = [...results.values()].flat().length;
  process.stdout.write(`${count} runnable blocks of ${pagesToRun.length} pages were pasted into a shell beside npm start.\n`);
}, 260_000);

afterAll(async () => await stack?.close());

async function pasted(page: string): Promise<Ran[]> {
  const { PORT, CLOUD_PORT, SLACK_PORT, EVENTS_PORT, TABLE_PORT } = stack.ports;
  const printed = { 3000: PORT, 8000: TABLE_PORT, 8001: CLOUD_PORT, 8002: SLACK_PORT, 8003: EVENTS_PORT };
  const ports = new Map(Object.entries(printed).map(([own, used]) => [own, String(used)]));
  const env = Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, String(port)]));
  return await paste(runnable.get(page) ?? [], await keyOf(page), ports, env);
}

/** Creates a key of a team of its own, so that pages cannot disturb each other. */
async function keyOf(page: string): Promise<string> {
  const key = `sfsjw_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(key).digest("hex");
  const team = page.replaceAll(/\W+/g, "-").toLowerCase();
  const client = localClient(`http://127.0.0.1:${stack.ports.TABLE_PORT}`);
  await createKey(client, "sfs-jobwatch-local", { hash, team, label: "npm start", createdAt: Date.now() });
  client.destroy();
  return key;
}

/** A line may announce its exit code: `# exits with 1`. */
function announcedFailures({ text }: Block): number[] {
  return [...text.matchAll(/# exits with (\d+)/g)].map(([, code]) => Number(code));
}

describe.each(pagesToRun)("%s", (page) => {
  const blocks = runnable.get(page) ?? [];

  it.each(blocks.map((block, n) => ({ ...block, n })))("works as printed: block at line $line", ({ n, ...block }) => {
    const { output, failures } = results.get(page)?.[n] ?? { output: "", failures: [255] };
    expect(failures, output).toEqual(announcedFailures(block));
    if (block.shown === undefined) expect(output).not.toMatch(/"type": ?"[a-z-]+","title"|^HTTP\/1.1 [45]/m);
    else expect(missingPart(block.shown, output), `missing in:\n${output}`).toBeUndefined();
  });

  it("names no day, since it would be over", () => {
    for (const { text } of blocks) expect(text).not.toMatch(/\b20\d\d-\d\d-\d\d/);
  });
});

describe.each(PAGES)("%s", (page) => {
  it("has blocks of known languages, and says in its text what a block needs beside npm start", () => {
    const blocks = blocksOf(page);
    expect(blocks.filter(({ language }) => !LANGUAGES.includes(language)).map(({ line }) => `${page}:${line}`)).toEqual([]);
    for (const { needs } of blocks) if (needs !== undefined) expect(proseOf(page)).toContain(needs);
  });

  it("shows an output only below its command", () => {
    const all = blocksOf(page);
    const outputs = all.filter(({ language }) => language === "output").map(({ text }) => text);
    expect(outputs).toEqual(all.flatMap(({ shown }) => (shown === undefined ? [] : [shown])));
  });
});
