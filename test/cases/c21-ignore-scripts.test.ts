import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Copy, copyOfProject, npm } from "./copy.ts";
import { freePorts } from "./stack.ts";

// The package `node` gets its binary from an install script. Without install scripts node_modules/.bin/node is a dead link, and the user's own
// Node runs. TEST_NODE is the folder of an older one, such as Node 20.

let copy: Copy;
beforeAll(async () => {
  copy = await copyOfProject("without-scripts");
  await rm(join(copy.folder, "node_modules/node/bin/node"), { force: true });
});
afterAll(() => copy.remove());

it.each(["start", "test -- test/config/config.test.ts", "run keys -- --help", "run preview", "run package"])(
  "npm %s works, or prints one line that explains what to do",
  async (command) => {
    const ports = Object.fromEntries(Object.entries(await freePorts()).map(([name, port]) => [name, String(port)]));
    const path = [process.env.TEST_NODE, process.env.PATH].filter(Boolean).join(":");
    const PATH = path
      .split(":")
      .filter((part) => !part.includes("node_modules"))
      .join(":");
    const { exit, printed } = await npm(copy.folder, command.split(" "), 60_000, { ...ports, PATH });
    const isRunning = exit === 0 || (command === "start" && /simulate\/scripts/.test(printed));
    if (!isRunning) {
      expect(printed).toMatch(/ignore-scripts|install script|npm rebuild|Node 2[24]/i);
      expect(printed).not.toMatch(/^ {4}at /m);
    }
  },
);
