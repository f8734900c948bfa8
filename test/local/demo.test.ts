import { expect, it, onTestFinished } from "vitest";
import { startCloud } from "../../infra/local/cloud.ts";
import { demoOf } from "../../infra/local/demo.ts";
import { DEMO_PROJECT, type LocalEnvironment } from "../../infra/local/environment.ts";
import { type Handler, serverForTest } from "../http-server.ts";

/** Starts the demo with an API that answers each POST with the next of these statuses, then with 201. */
async function startDemo(...statuses: number[]) {
  const cloud = await startCloud({ port: 0 });
  onTestFinished(() => cloud.close());
  const handler: Handler = ({ method }, response) => {
    const status = method === "POST" ? (statuses.shift() ?? 201) : 200;
    response.writeHead(status, { "content-type": "application/json", "retry-after": "0" }).end("{}");
  };
  const api = await serverForTest(handler);
  const tick = async () => {
    for (const source of ["sfs-turbo-share", "cbr-log"] as const)
      cloud.lists.requests.push({ source, projectId: DEMO_PROJECT, query: "", at: 0, status: 200 });
  };
  const local = { ports: { api: Number(new URL(api.url).port) }, real: { cloud: false, slack: false, events: false } };
  const demo = demoOf(local as LocalEnvironment, { key: "key", cloud, isWanted: true, tick, logFile: "functions.log" });
  return { demo, posted: () => api.requests.filter(({ method }) => method === "POST").map(({ url }) => url) };
}

it("repeats requests of the demo that a busy machine answers too late", async () => {
  const { demo, posted } = await startDemo(201, 503, 201, 429, 503);
  expect(await demo).toMatchObject({ watches: 2, jobs: 6 });
  expect(posted()).toHaveLength(2 + 6 + 3);
});

it("ends with the status and the log if the API rejects the demo", async () => {
  const { demo, posted } = await startDemo(201, 201, 422);
  await expect(demo).rejects.toThrow("the demo's POST /jobs was rejected with 422; see functions.log");
  expect(posted()).toHaveLength(3);
});
