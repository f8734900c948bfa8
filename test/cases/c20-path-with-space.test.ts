import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Copy, copyOfProject, npm } from "./copy.ts";
import { npmStart } from "./stack.ts";

/** Each part breaks other mistakes with paths and URLs. */
const FOLDER = "my projects (Müller) 100% a#b 50%25 off";

describe(`in the folder "${FOLDER}"`, () => {
  let copy: Copy;
  beforeAll(async () => {
    copy = await copyOfProject(FOLDER);
  });
  afterAll(() => copy.remove());

  it("npm start runs", async () => {
    const stack = await npmStart({ cwd: copy.folder });
    onTestFinished(stack.close);
    await stack.isUp();
    expect((await fetch(`${stack.url}/health`, { headers: { connection: "close" } })).status).toBe(200);
  });

  it.each(["run package -- --stage prod", "test -- test/config/config.test.ts", "run preview", "run keys -- --help"])(
    "npm %s works",
    async (command) => {
      const { exit, printed } = await npm(copy.folder, command.split(" "), 170_000);
      expect({ exit, printed: exit === 0 ? "" : printed }).toEqual({ exit: 0, printed: "" });
    },
  );
});
