import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openFunctions } from "../../infra/local/functions.ts";
import { serverForTest } from "../http-server.ts";

const SERVICE = fileURLToPath(new URL("failing-functions", import.meta.url));

/** Runs the real serverless-offline. The test queues how the next invocations end; with an empty queue they answer "ok". */
async function functionsForTest() {
  const fates: Record<string, string[]> = { api: [], poll: [] };
  const { url, requests } = await serverForTest(({ url: path }, response) => {
    response.end(fates[path.slice(1)]?.shift() ?? "ok");
  });
  const folder = mkdtempSync(join(tmpdir(), "jobwatch-"));
  const troubles: string[] = [];
  const exits: string[] = [];
  let prepared = 0;
  const [port, lambdaPort] = [await freePort(), await freePort()];
  const functions = await openFunctions({
    ...{ port, lambdaPort, serviceFolder: SERVICE, logFile: join(folder, "functions.log") },
    environment: { PATH: process.env.PATH, HOME: process.env.HOME, FATES_URL: url },
    prepare: async () => void prepared++,
    onTrouble: (line) => troubles.push(line),
    onExit: (reason) => exits.push(reason),
  });
  onTestFinished(async () => {
    await functions.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await functions.start();
  const get = () => fetch(`http://127.0.0.1:${port}/any`);
  const ticks = () => requests.filter((request) => request.url === "/poll").length;
  const log = () => readFileSync(join(folder, "functions.log"), "utf8");
  return { functions, fates, troubles, exits, get, ticks, log, prepared: () => prepared };
}

async function freePort(): Promise<number> {
  const { url, close } = await serverForTest(() => undefined);
  await close();
  return Number(new URL(url).port);
}

test("a hanging tick, a failing tick and a hanging request each end with one line, without affecting others", async () => {
  const { functions, fates, troubles, exits, get, ticks } = await functionsForTest();
  fates.poll?.push("hang", "throw");
  await functions.tick();
  await printed(troubles, /^An invocation of poll took longer than its timeout and was ended; see .*functions\.log\./);
  await functions.tick();
  await printed(troubles, /^An invocation of poll failed; /);

  fates.api?.push("hang");
  expect(await (await get()).text()).toContain("Lambda timeout");
  await printed(troubles, /^An invocation of api took longer than its timeout and was ended; /);

  expect(await (await get()).text()).toBe("ok");
  await functions.tick();
  await expect.poll(ticks, { timeout: 30_000 }).toBe(3);
  expect([troubles.length, exits]).toEqual([3, []]);
});

test("a crash of the functions' process prints one line; both functions restart, with a tick at once", async () => {
  const { functions, fates, troubles, exits, get, ticks, prepared } = await functionsForTest();
  fates.poll?.push("crash");
  await functions.tick();
  await printed(troubles, /^The functions' process ended \(Error: uncaught in the test\) and is restarted; /);
  await expect.poll(ticks, { timeout: 60_000 }).toBe(2);
  expect(await (await get()).text()).toBe("ok");
  expect([troubles.length, exits, prepared()]).toEqual([1, [], 2]);
});

async function printed(lines: string[], line: RegExp): Promise<void> {
  await expect.poll(() => lines, { timeout: 60_000 }).toContainEqual(expect.stringMatching(line));
}
