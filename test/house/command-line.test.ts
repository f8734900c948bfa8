import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildCommandLine } from "../../bin/build.ts";

const file = readFileSync(new URL("../../bin/jobwatch.mjs", import.meta.url), "utf8");

it("bin/jobwatch.mjs is up to date; `npm run command-line` writes it", async () => {
  expect(file).toBe(await buildCommandLine());
});

it("bin/jobwatch.mjs consists of bin/cli and lib/domain, and imports only Node", () => {
  const parts = [...file.matchAll(/^\/\/ ((?:\.\.|\w+)\/\S+)$/gm)].map(([, path = ""]) => path);
  expect(parts).toContain("bin/cli/main.ts");
  expect(parts.filter((path) => !/^(bin\/cli|lib\/domain)\//.test(path))).toEqual([]);
  const imported = [...file.matchAll(/\b(?:from|import|require)\b *\(? *"([^"\s]+)"/g)].map(([, name = ""]) => name);
  expect(imported).toContain("node:util");
  expect(imported.filter((name) => !/^node:[a-z_/]+$/.test(name))).toEqual([]);
});
