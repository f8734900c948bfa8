import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderText } from "../../local/render-text.ts";
import { messageOf, previewPage, type Shown } from "./page.ts";
import { READ_AT, SAMPLES } from "./samples.ts";
import { NO_CHROMIUM, takeScreenshots } from "./screenshot.ts";

// `npm run preview -- failure` renders a sample message in the terminal, as HTML and as an image.

const FOLDER = ".local/preview";
const USAGE = `npm run preview -- <kind> ...       each message as text, HTML and PNG in ${FOLDER}
npm run preview -- --all             every kind
  --images <folder>                  folder for the PNGs
  --together <name>                  all given kinds in one page and image

Kinds:
${Object.entries(SAMPLES)
  .map(([kind, { when }]) => `  ${kind.padEnd(16)} ${when}`)
  .join("\n")}`;

process.chdir(fileURLToPath(new URL("../../..", import.meta.url)));
process.exitCode = await run();

async function run(): Promise<number> {
  const { values, positionals } = readArguments();
  const { all = false, images = FOLDER, together } = values;
  const kinds = all ? Object.keys(SAMPLES) : positionals;
  const unknown = kinds.find((kind) => !Object.hasOwn(SAMPLES, kind));
  if (unknown !== undefined || kinds.length === 0) {
    console.log(unknown === undefined ? USAGE : `There is no kind "${unknown}".\n\n${USAGE}`);
    return unknown === undefined ? 0 : 64;
  }
  const messages = kinds.map((kind) => ({ kind, ...messageOf(kind) }));
  for (const { kind, channel, payload } of messages)
    console.log(`${kind}, in #${channel}\n${renderText(payload, { color: process.stdout.isTTY, now: READ_AT })}\n`);
  await write(together === undefined ? messages.map((one) => [one.kind, [one]]) : [[together, messages]], images);
  return 0;
}

function readArguments() {
  const options = { all: { type: "boolean" }, images: { type: "string" }, together: { type: "string" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.log(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(64);
  }
}

async function write(pages: [name: string, messages: Shown[]][], images: string): Promise<void> {
  for (const folder of [FOLDER, images]) mkdirSync(folder, { recursive: true });
  const files = pages.map(([name, messages]) => ({ html: previewPage(messages), name, file: `${images}/${name}.png` }));
  for (const { html, name } of files) writeFileSync(`${FOLDER}/${name}.html`, html);
  const taken = await takeScreenshots(files);
  console.log(files.map(({ name, file }) => `${FOLDER}/${name}.html${taken ? ` and ${file}` : ""}`).join("\n"));
  if (!taken) console.log(NO_CHROMIUM);
}
