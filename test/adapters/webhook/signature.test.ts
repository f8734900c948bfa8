import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { createWebhooks } from "../../../lib/adapters/webhook/client.ts";
import { type Received, serverForTest } from "../../http-server.ts";
import { answering, META, OTHER_SECRET, PATH, SECRET, sendTo } from "./sending.ts";

function verify(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

async function received(secrets?: string[]): Promise<Received> {
  const { url, requests } = await serverForTest(answering(204));
  expect(await sendTo(url + PATH, secrets && { secrets })).toEqual({ kind: "delivered", status: 204 });
  return requests[0] as Received;
}

test("the library of Standard Webhooks accepts the signature", async () => {
  const request = await received();
  expect(verify(SECRET, request)).toMatchObject({ type: "job.state-changed", version: 1, id: "0a1b2c3d4e5" });
  expect(request).toMatchObject({ method: "POST", url: PATH });
  expect(request.headers).toMatchObject({ "content-type": "application/json", "webhook-id": "0a1b2c3d4e5" });
  expect(request.headers["webhook-signature"]).toMatch(/^v1,[\w+/]{43}=$/);
});

test("an event that was changed or signed with another secret is rejected", async () => {
  const request = await received();
  expect(() => verify(OTHER_SECRET, request)).toThrow();
  expect(() => verify(SECRET, { ...request, body: request.body.replace("success", "failed!") })).toThrow();
  expect(() => verify(SECRET, { ...request, headers: { ...request.headers, "webhook-id": "another" } })).toThrow();
});

test("during a rotation, a receiver with either secret accepts the event", async () => {
  const request = await received([SECRET, OTHER_SECRET]);
  expect(request.headers["webhook-signature"]?.toString().split(" ")).toHaveLength(2);
  for (const secret of [SECRET, OTHER_SECRET]) expect(verify(secret, request)).toMatchObject({ version: 1 });
});

test("each test event has a new id", async () => {
  const { url, requests } = await serverForTest(answering(204));
  await sendTo(url + PATH, { notifications: [] });
  await sendTo(url + PATH, { notifications: [] });
  const [one, other] = requests.map(({ headers }) => String(headers["webhook-id"]));
  expect(one).toMatch(/^test_/);
  expect(one).not.toBe(other);
  expect(verify(SECRET, requests[0] as Received)).toMatchObject({ type: "test", data: {} });
});

test("another URL or secret gives another address, which reveals neither", () => {
  const log = { info() {}, warn() {}, error() {} };
  const addressOf = (url: string, secret: string) =>
    createWebhooks({ ops: { url, secrets: [secret] } }, { log, now: Date.now }).address("ops");
  const addresses = [addressOf("https://a.example.com/", SECRET), addressOf("https://b.example.com/", SECRET)];
  addresses.push(addressOf("https://a.example.com/", OTHER_SECRET));
  expect(new Set(addresses).size).toBe(3);
  for (const address of addresses) expect(address).toMatch(/^[0-9a-f]{8}$/);
  expect(META.id).not.toBe("");
});
