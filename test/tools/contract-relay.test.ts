import { afterEach, beforeEach, expect, it } from "vitest";
import type { Listening } from "../../infra/local/listen.ts";
import { exchange, type Given, serve } from "../contract/exchange.ts";
import { BREACH, UPSTREAM, WRONG } from "../contract/proxy.ts";
import { type Relay, startRelay } from "./contract-relay.ts";

// `npm run check:contract` uses the real proxy. Here a double returns answers that were recorded from it.

const ofRequest = { location: ["request", "body"], severity: "Error", message: "must NOT have additional properties" };
const ofAnswer = { location: ["response"], severity: "Warning", message: "Unable to match the returned status code" };
const reported = (...violations: object[]) => ({ "sl-violations": JSON.stringify(violations) });
const stopping = (body: object): Given => ({ status: 422, headers: {}, body: JSON.stringify(body) });

let delivered: Record<string, string>;
let stopped: Given | undefined;
let relay: Relay;
let parts: Listening[];
beforeEach(async () => {
  delivered = {};
  stopped = undefined;
  const api = await serve(async ({ body = "" }) => ({ status: 404, headers: {}, body }), "api");
  parts = [api];
  relay = await startRelay(async (upstream) => {
    const proxy = await serve(async (sent) => {
      if (stopped) return stopped;
      const answer = await exchange(upstream, sent);
      return { ...answer, headers: { ...answer.headers, ...delivered } };
    }, "proxy");
    parts.push(proxy);
    return proxy.url;
  });
});
afterEach(() => Promise.all([relay, ...parts].map((part) => part.close())));

const send = (isWrong: boolean) => {
  const headers = { [UPSTREAM]: parts[0]?.url ?? "", ...(isWrong && { [WRONG]: "yes" }) };
  return exchange(relay.url, { method: "POST", path: "/jobs?dryRun=true", headers, body: "the body" });
};

it("forwards a request to the api of its test, and returns the answer", async () => {
  expect(await send(false)).toMatchObject({ status: 404, body: "the body" });
  delivered = reported(ofRequest);
  expect(await send(true)).toMatchObject({ status: 404, body: "the body" });
  expect([relay.passed(), relay.wrong(), relay.breaches]).toEqual([2, 1, []]);
});

it.each([
  {
    name: "a request that is stopped",
    stop: stopping({ validation: [ofRequest] }),
    says: /stops it: request,body: must NOT have/,
  },
  { name: "a path that is stopped", stop: stopping({ detail: "no path matched" }), says: /stops it: no path matched/ },
  { name: "an answer that the api did not give", stop: { status: 404, headers: {}, body: "?" }, says: /stops it: \?/ },
  { name: "a status that is only a warning", pass: reported(ofAnswer), says: /404: response: Unable to match/ },
  { name: "a wrong request that the document allows", isWrong: true, says: /yet the document allows it/ },
  {
    name: "a wrong answer to a wrong request",
    isWrong: true,
    pass: reported(ofRequest, ofAnswer),
    says: /response: Unable/,
  },
  { name: "a wrong request that is stopped", isWrong: true, stop: stopping({ detail: "no" }), says: /stops it: no/ },
  { name: "a truncated list", isWrong: true, pass: { "sl-violations": 'Too many violations! [{"loc' }, says: /Too many/ },
])("reports $name as a breach", async ({ isWrong = false, stop, pass = {}, says }) => {
  stopped = stop;
  delivered = pass;
  const answer = await send(isWrong);
  expect(answer).toMatchObject({ status: 500, headers: { [BREACH]: "yes" }, body: expect.stringMatching(says) });
  expect(relay.breaches).toEqual([expect.stringMatching(/^POST \/jobs\?dryRun=true: /)]);
});

it("reports an api that does not answer as a breach, and counts no request", async () => {
  await parts[0]?.close();
  expect((await send(false)).body).toContain("no answer: connect ECONNREFUSED");
  expect(relay.passed()).toBe(0);
});
