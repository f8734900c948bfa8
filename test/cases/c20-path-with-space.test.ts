import { describe, expect, it, onTestFinished } from "vitest";
import { copyOfProject, npm } from "./copy.ts";
import { npmStart } from "./stack.ts";

describe.each(["my projects", "Dropbox (Personal)", "Müller", "100% sfs", "a#b", "50%25 off"])('in a folder "%s"', (name) => {
  it("npm start runs", async () => {
    const stack = await npmStart({ cwd: await copyOfProject(name) });
    onTestFinished(stack.close);
    await stack.isUp();
    expect((await fetch(`${stack.url}/health`, { headers: { connection: "close" } })).status).toBe(200);
  });

  it.each([
    [["run", "package", "--", "--stage", "prod"]],
    [["test", "--", "test/config.test.ts"]],
    [["run", "preview"]],
    [["run", "keys", "--", "--help"]],
  ])("npm %s works", async (args) => {
    const { exit, printed } = await npm(await copyOfProject(name), args, 170_000);
    expect({ exit, printed: exit === 0 ? "" : printed }).toEqual({ exit: 0, printed: "" });
  });
});
