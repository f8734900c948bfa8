import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copyOfProject, npm } from "./copy.ts";
import { freePorts } from "./stack.ts";

// The package `node` brings its binary by an install script. Where such scripts are off, node_modules/.bin/node leads nowhere, and the
// user's own Node runs: TEST_NODE names the folder of an older one, such as Node 20.

it.each([
  [["start"]],
  [["test", "--", "test/config.test.ts"]],
  [["run", "keys", "--", "--help"]],
  [["run", "preview"]],
  [["run", "package"]],
])("npm %s works, or says in a line what to do", async (args) => {
  const folder = await copyOfProject("without-scripts");
  await rm(join(folder, "node_modules/node/bin/node"), { force: true });
  const ports = Object.fromEntries(Object.entries(await freePorts()).map(([name, port]) => [name, String(port)]));
  const path = [process.env.TEST_NODE, process.env.PATH].filter(Boolean).join(":");
  const PATH = path
    .split(":")
    .filter((part) => !part.includes("node_modules"))
    .join(":");
  const { exit, printed } = await npm(folder, args, 60_000, { ...ports, PATH });
  const isRunning = exit === 0 || (args[0] === "start" && /simulate\/scripts/.test(printed));
  if (!isRunning) {
    expect(printed).toMatch(/ignore-scripts|install script|npm rebuild|Node 2[24]/i);
    expect(printed).not.toMatch(/^ {4}at /m);
  }
});
