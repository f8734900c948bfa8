import { afterEach, beforeEach, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

const GATEWAY = "JKJaXmPLvHcESHA=";
const isWrong = true;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const register = (jobId: string, id?: string) =>
  world.request("POST", "/jobs", { body: { jobId }, headers: id === undefined ? {} : { "x-correlation-id": id } });
const lines = () => world.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
const idOf = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body.correlationId;

it("carries the correlation id of a request from the response to the log and the job", async () => {
  world.cloud.answer("followed", (poll) => ({ status: 200, body: { status: poll < 2 ? "running" : "success" } }));
  const { headers } = await register("followed", "deploy-4711");
  expect(headers["x-correlation-id"]).toBe("deploy-4711");
  await world.tick();
  const about = lines().filter(({ correlationId }) => correlationId === "deploy-4711");
  expect(about.map(({ message }) => message)).toEqual(["registered", "transition", "notification delivered"]);
  for (const line of about) expect(line).toMatchObject({ jobId: "followed", team: "storage" });
  expect(await idOf("followed")).toBe("deploy-4711");
});

it("keeps the id of the registration: a repeat changes nothing, registering a stopped job again does", async () => {
  world.cloud.answer("again", { status: "running" });
  await register("again", "first");
  expect((await register("again", "second")).headers["x-correlation-id"]).toBe("second");
  await world.request("DELETE", "/jobs/again");
  await register("again", "third");
  world.cloud.answer("again", { status: "success" });
  await world.ticks(2);
  expect(await idOf("again")).toBe("third");
});

it.each([
  { name: "none", id: undefined },
  { name: "a mention", id: "<!channel>" },
  { name: "a link", id: "evil.example" },
  { name: "a line break in escapes", id: "a%0ab" },
  { name: "a key", id: "sfsjw_test-key-of-team-storage" },
  { name: "65 characters", id: "x".repeat(65) },
])("answers with the gateway's own id if a request brings $name", async ({ id }) => {
  world.cloud.answer("plain", { status: "success" });
  expect((await register("plain", id)).headers["x-correlation-id"]).toBe(GATEWAY);
  await world.tick();
  expect(await idOf("plain")).toBe(GATEWAY);
});

it.each([
  { name: "without a key", path: "/jobs", options: { key: null, isWrong }, status: 401 },
  { name: "to an unknown route", path: "/nothing", options: { isWrong }, status: 404 },
  { name: "with the wrong method", path: "/health", options: { isWrong }, status: 405 },
  {
    name: "with a body that is too large",
    path: "/jobs",
    options: { body: { jobId: "x".repeat(20_000) }, isWrong },
    status: 413,
  },
  { name: "with an invalid body", path: "/jobs", options: { body: {}, isWrong }, status: 422 },
])("returns the id in the problem of a request $name", async ({ path, options, status }) => {
  const answer = await world.request("POST", path, { ...options, headers: { "x-correlation-id": "odd-1" } });
  expect(answer).toMatchObject({ status, body: { correlationId: "odd-1" }, headers: { "x-correlation-id": "odd-1" } });
});

it("returns and logs the id if the table fails", async () => {
  world.services.table.read = () => Promise.reject(new Error("no table"));
  const answer = await world.request("GET", "/jobs/x", { headers: { "x-correlation-id": "odd-2" } });
  expect(answer).toMatchObject({ status: 503, body: { correlationId: "odd-2" } });
  expect(lines()).toContainEqual({
    level: "error",
    message: "a request failed",
    correlationId: "odd-2",
    error: "Error",
    reason: "no table",
  });
});
