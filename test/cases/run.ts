import { startVitest } from "vitest/node";
import { CASES, type Case, fileOf, numberOf, OPEN_FILES } from "./table.ts";

// `npm run cases` lists the cases. `npm run cases -- c18 c20` runs some, `-- open` the open ones, `-- all` all of them. Exits with 1 if an
// expectation is not met.

const names = process.argv.slice(2);
const unknown = names.filter((name) => casesOf(name).length === 0);
if (names.length === 0) list();
else if (unknown.length === 0) await run(names.flatMap(casesOf).map(fileOf));
else {
  process.stderr.write(`There is no case ${unknown.join(", ")}. npm run cases lists them.\n`);
  process.exitCode = 64;
}

function list(): void {
  for (const one of CASES) {
    print(`${numberOf(one)}  ${one.open === undefined ? "green" : `open: ${one.open}`}`);
    for (const line of [one.expects, ...one.sources]) print(`     ${line}`);
  }
  print(`\n${CASES.length - OPEN_FILES.length} green, ${OPEN_FILES.length} open. npm run cases -- c01 runs one.`);
}

async function run(files: string[]): Promise<void> {
  const vitest = await startVitest("test", files, {
    config: false,
    watch: false,
    // npm test excludes the open ones.
    include: ["test/cases/c*.test.ts"],
    setupFiles: ["test/tidy.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
  });
  await vitest.close();
}

function casesOf(name: string): Case[] {
  if (name === "all") return [...CASES];
  return CASES.filter((one) => (name === "open" ? one.open !== undefined : [one.name, numberOf(one)].includes(name)));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
