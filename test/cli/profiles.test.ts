import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { answerJson, serverForTest } from "../http-server.ts";

const JOBWATCH = join(import.meta.dirname, "../../bin/jobwatch.mjs");

/** A service that accepts only the key "good", and a user with a folder for settings. */
async function withUser() {
  const folder = mkdtempSync(join(tmpdir(), "jobwatch-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { url, requests } = await serverForTest(({ headers }, response) => {
    const isGood = headers.authorization === "Bearer good";
    const problem = { type: "unauthorized", title: "Unauthorized", detail: "" };
    answerJson(response, isGood ? 200 : 401, isGood ? { channels: [], jobs: [] } : problem, {});
  });
  const run = async (args: string[], input = "", more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [JOBWATCH, ...args], {
      env: { PATH: process.env.PATH, XDG_CONFIG_HOME: folder, ...more },
    });
    child.stdin.on("error", () => undefined).end(input);
    const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { exit, out, err };
  };
  return { run, url, requests, file: join(folder, "jobwatch/config.json") };
}

it("login saves the key from standard input so that only the user can read it, and commands use it", async () => {
  const { run, url, requests, file } = await withUser();
  expect(await run(["list"])).toMatchObject({ exit: 64, err: expect.stringContaining("Use jobwatch login once") });
  expect(await run(["login", "--url", url], "good\r\n")).toMatchObject({ exit: 0, err: "" });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await run(["list"])).toMatchObject({ exit: 0, err: "" });
  expect(requests.at(-1)?.headers.authorization).toBe("Bearer good");
  chmodSync(file, 0o644);
  expect((await run(["list"])).err).toContain(`chmod 600 ${file}`);
  expect(await run(["logout"])).toMatchObject({ exit: 0 });
  expect((await run(["list"])).exit).toBe(64);
});

it("login saves no key that the service rejects, and takes none as an argument", async () => {
  const { run, url } = await withUser();
  expect((await run(["login", "--url", url], "bad\n")).exit).toBe(77);
  expect((await run(["login", "--url", url, "--key", "good"])).err).toContain("A key is never an argument");
  expect((await run(["list"])).exit).toBe(64);
});

it("an address and a key are never combined from a profile and variables", async () => {
  const { run, url, requests } = await withUser();
  await run(["login", "--url", url, "--profile", "prod"], "good");
  const count = requests.length;
  expect((await run(["list"], "", { JOBWATCH_URL: url })).exit).toBe(64);
  expect((await run(["list"], "", { JOBWATCH_KEY: "other" })).exit).toBe(64);
  expect(requests).toHaveLength(count);
  expect((await run(["list"], "", { JOBWATCH_PROFILE: " prod\r\n" })).exit).toBe(0);
  expect((await run(["list", "--profile", "prod"], "", { JOBWATCH_URL: url, JOBWATCH_KEY: "bad" })).exit).toBe(0);
  expect((await run(["list"], "", { JOBWATCH_URL: ` ${url}\r\n`, JOBWATCH_KEY: "good\r\n" })).exit).toBe(0);
  expect((await run(["list", "--profile", "nope"])).err).toContain("Your profiles: prod.");
});

it.each<[address: string, error: string]>([
  ["localhost:33000", "must begin with https:// or http://. Did you mean http://localhost:33000?"],
  ["jobwatch.example.com", "must begin with https:// or http://. Did you mean https://jobwatch.example.com?"],
  ["http://127.0.0.1:1", "does not answer (ECONNREFUSED: nothing listens at this address)"],
])("explains what is wrong with the address %s", async (address, error) => {
  const { run } = await withUser();
  expect((await run(["list"], "", { JOBWATCH_URL: address, JOBWATCH_KEY: "good" })).err).toContain(error);
});
