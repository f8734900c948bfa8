import { expect, test } from "vitest";
import type { Resolve } from "../../../lib/adapters/webhook/checked-lookup.ts";
import { serverForTest } from "../../http-server.ts";
import { answering, PATH, sendTo } from "./sending.ts";

const NOWHERE = { kind: "dead", reason: "the receiver has no public address" };

/** A scripted DNS: one answer per query, then always the last one. */
function scripted(...answers: string[][]): Resolve & { asked: number } {
  const resolve = (_: string, __: unknown, answered: Parameters<Resolve>[2]) => {
    const addresses = answers[Math.min(resolve.asked++, answers.length - 1)] ?? [];
    answered(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  resolve.asked = 0;
  return resolve;
}

test.each([
  ["a private address", ["10.0.0.7"]],
  ["loopback", ["127.0.0.1"]],
  ["the metadata service", ["169.254.169.254"]],
  ["mapped loopback", ["::ffff:127.0.0.1"]],
  ["NAT64 of loopback", ["64:ff9b::7f00:1"]],
  ["a public and a private address", ["93.184.215.14", "10.0.0.7"]],
  ["no address", []],
])("a name that resolves to %s gets no request", async (_, addresses) => {
  expect(await sendTo(`https://receiver.example.com${PATH}`, { resolve: scripted(addresses) })).toEqual(NOWHERE);
});

test.each([
  "https://127.0.0.1/",
  "https://[::1]/",
  "https://[::ffff:7f00:1]/",
  "https://169.254.169.254/",
  "http://receiver.example.com/",
  "http://localhost/",
])("%s gets no request, even if the settings allowed it", async (url) => {
  expect(await sendTo(url, { resolve: scripted(["127.0.0.1"]) })).toEqual(NOWHERE);
});

test("the connection uses the checked address, and each send checks again", async () => {
  const { url, requests } = await serverForTest(answering(204));
  const { port } = new URL(url);
  const resolve = scripted(["127.0.0.1"], ["127.0.0.2"]);
  const isAllowed = (address: string) => address === "127.0.0.1";
  const first = await sendTo(`https://receiver.example.com:${port}${PATH}`, { resolve, isAllowed });
  // The server has no TLS: it was reached with one DNS query, and nothing was written.
  expect(first).toMatchObject({ kind: "failed", reason: expect.stringMatching(/^(EPROTO|ERR_SSL|ECONNRESET)/) });
  expect(resolve.asked).toBe(1);
  expect(await sendTo(`https://receiver.example.com:${port}${PATH}`, { resolve, isAllowed })).toEqual(NOWHERE);
  expect(resolve.asked).toBe(2);
  expect(requests).toEqual([]);
});

test("a redirect to the metadata service or to loopback is not followed", async () => {
  const inside = await serverForTest(answering(200));
  const outside = await serverForTest(answering(302, { location: `${inside.url}/latest/meta-data/` }));
  expect(await sendTo(outside.url + PATH)).toMatchObject({ kind: "dead" });
  expect(outside.requests).toHaveLength(1);
  expect(inside.requests).toEqual([]);
});

test("a socket with another address than the resolved one is closed before anything is written", async () => {
  const { url, requests } = await serverForTest(answering(204));
  let checks = 0;
  const isAllowed = () => ++checks === 1;
  const { port } = new URL(url);
  const outcome = await sendTo(`https://receiver.example.com:${port}/`, { resolve: scripted(["127.0.0.1"]), isAllowed });
  expect(outcome).toEqual(NOWHERE);
  expect(requests).toEqual([]);
});
