import { describe, expect, it } from "vitest";
import { answerJson, type Handler, serverForTest } from "../../../http-server.ts";
import { PROJECT } from "../../../jobs.ts";
import { idOf, listServer, pagesOf, shareRow, shareRows, TOKEN } from "./list-server.ts";

// How a list is read: all of its pages, or none.

const PASSWORD = { OS_USERNAME: "robot", OS_PASSWORD: "canary-password", OS_USER_DOMAIN_NAME: "OTC-1" };
const PATH = `/v1/${PROJECT}/sfs-turbo/shares/detail?limit=1000`;

/** Answers the n-th request with the n-th handler. */
function inOrder(...handlers: Handler[]): Handler {
  let next = 0;
  return (request, response) => handlers[next++]?.(request, response);
}

const fullPage: Handler = (_, response) => answerJson(response, 200, { shares: shareRows(1_000) });
const error =
  (status: number, body: object, headers = {}): Handler =>
  (_, response) =>
    answerJson(response, status, body, headers);

describe("the pages of a list", () => {
  it.each([
    { rows: 0, offsets: [""] },
    { rows: 999, offsets: [""] },
    { rows: 1_000, offsets: ["", "&offset=1000"] },
    { rows: 2_345, offsets: ["", "&offset=1000", "&offset=2000"] },
    { rows: 5_000, offsets: ["", "&offset=1000", "&offset=2000", "&offset=3000", "&offset=4000", "&offset=5000"] },
  ])("of $rows shares are all read, each announced", async ({ rows, offsets }) => {
    const all = shareRows(rows);
    const { list, requests, announced } = await listServer(pagesOf("shares", () => all));
    const listing = await list();
    expect(listing).toMatchObject({ kind: "listed", requestId: `req-${offsets.length}` });
    expect(listing.kind === "listed" && listing.resources.map(({ id }) => id)).toEqual(all.map((_, n) => idOf(n)));
    expect(requests().map(({ url }) => url)).toEqual(offsets.map((offset) => PATH + offset));
    expect(requests()[0]?.headers).toMatchObject({ "x-auth-token": TOKEN, accept: "application/json" });
    expect(announced()).toBe(offsets.length);
  });

  it("continue where a service returns fewer rows than it was asked for, as long as it counts more", async () => {
    const handler: Handler = ({ url }, response) => {
      const offset = Number(new URL(url, "http://cloud").searchParams.get("offset") ?? 0);
      answerJson(response, 200, { shares: shareRows(250).slice(offset, offset + 100), count: 250 });
    };
    const { list, requests } = await listServer(handler);
    expect(await list()).toMatchObject({ kind: "listed", resources: { length: 250 } });
    expect(requests()).toHaveLength(3);
  });

  it("end with an empty page, even if the service counts more", async () => {
    const { list, requests } = await listServer(
      pagesOf(
        "shares",
        () => shareRows(3),
        () => 7,
      ),
    );
    expect(await list()).toMatchObject({ kind: "listed", resources: { length: 3 } });
    expect(requests()).toHaveLength(2);
  });

  it("are not complete because the count is that of the page", async () => {
    const { list } = await listServer(
      pagesOf(
        "shares",
        () => shareRows(1_500),
        (rows) => rows.length,
      ),
    );
    expect(await list()).toMatchObject({ kind: "listed", resources: { length: 1_500 } });
  });

  it("keep the last version of a share that moved to the next page", async () => {
    const before = shareRows(1_000);
    const after = [shareRow(5_000), ...shareRows(999), shareRow(999, { sub_status: "121" })];
    const { list } = await listServer(pagesOf("shares", (page) => (page === 1 ? before : after)));
    const listing = await list();
    if (listing.kind !== "listed") return expect.unreachable();
    expect(listing.resources).toHaveLength(1_000);
    expect(listing.resources.find(({ id }) => id === idOf(999))?.change?.seen.state).toBe("running");
  });

  it.each([
    { rows: 10_000, requests: 11, kind: "listed" },
    { rows: 10_001, requests: 11, kind: "unreachable" },
    { rows: 30_000, requests: 11, kind: "unreachable" },
  ])("of $rows shares are $kind after $requests requests", async ({ rows, requests, kind }) => {
    const all = Array.from({ length: rows }, (_, n) => ({ id: idOf(n), status: "200" }));
    const server = await listServer(pagesOf("shares", () => all));
    const listing = await server.list();
    expect(listing.kind).toBe(kind);
    if (listing.kind === "listed") expect(listing.resources).toHaveLength(rows);
    else expect(listing.reason).toBe("the share list has more than 10 pages or 10,000 entries, too many to watch");
    expect(server.requests()).toHaveLength(requests);
  });
});

describe("a page that fails makes the whole list unreachable", () => {
  it.each([
    { name: "an error of the service", page: error(500, { errCode: "SFS.TURBO.0005" }), cause: "unavailable" },
    {
      name: "an error that says that a job is missing",
      page: error(404, { errCode: "SFS.TURBO.0001" }),
      cause: "configuration",
    },
    { name: "an object that is missing or forbidden", page: error(400, { errCode: "SFS.TURBO.0002" }), cause: "configuration" },
    { name: "a missing right", page: error(403, { error_code: "APIGW.0305", error_msg: "Policy" }), cause: "not-permitted" },
    { name: "a page of a proxy", page: (_, response) => void response.end("<html>"), cause: "invalid-response" },
    { name: "an answer without shares", page: error(200, { count: 0 }), cause: "invalid-response" },
    { name: "shares that are no list", page: error(200, { shares: { 0: shareRow(1) } }), cause: "invalid-response" },
    { name: "no body", page: (_, response) => void response.writeHead(204).end(), cause: "invalid-response" },
    { name: "a connection that breaks", page: (_, response) => void response.destroy(), cause: "unavailable" },
  ] satisfies { name: string; page: Handler; cause: string }[])("$name", async ({ page, cause }) => {
    for (const handler of [page, inOrder(fullPage, page)]) {
      const { list } = await listServer(handler);
      const listing = await list();
      expect(listing).toMatchObject({ kind: "unreachable", cause });
    }
  });

  it("with the request id, and no secret that the cloud repeats", async () => {
    const failing = error(403, { error_code: "APIGW.0302", error_msg: `no ${TOKEN}` }, { "x-request-id": "req-9" });
    const { list } = await listServer(failing);
    const reason = "APIGW.0302 no ***";
    expect(await list()).toEqual({ kind: "unreachable", cause: "not-permitted", reason, requestId: "req-9" });
  });

  it("and a throttled one says how long to wait", async () => {
    const { list, requests } = await listServer(inOrder(fullPage, error(429, {}, { "retry-after": "90" })));
    expect(await list()).toMatchObject({ kind: "unreachable", cause: "throttled", retryAfterMs: 90_000 });
    expect(requests()).toHaveLength(2);
  });

  it("and one that is not answered in time, each page with its own time", async () => {
    const slow: Handler = (request, response) => void setTimeout(() => fullPage(request, response), 200);
    const { list } = await listServer(inOrder(slow, slow, () => undefined));
    const began = performance.now();
    const reason = "no answer from the share list within 0.6 s";
    expect(await list("sfs-turbo-share", 600)).toEqual({ kind: "unreachable", cause: "unavailable", reason });
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it("and one with a redirect, which is not followed", async () => {
    const other = await serverForTest(fullPage);
    const { list } = await listServer((_, response) => void response.writeHead(302, { location: other.url }).end());
    expect(await list()).toMatchObject({ kind: "unreachable", cause: "configuration" });
    expect(other.requests).toHaveLength(0);
  });

  it("and one of more than 8 MiB, while a long one is read", async () => {
    const padded =
      (bytes: number): Handler =>
      (_, response) =>
        void response.end(`{"shares":[]${" ".repeat(bytes - 13)}}`);
    const long = await listServer(padded(2 ** 23));
    expect(await long.list()).toEqual({ kind: "listed", resources: [] });
    const { list } = await listServer(padded(2 ** 23 + 1));
    const reason = "the response of the share list is longer than 8192 KiB";
    expect(await list()).toEqual({ kind: "unreachable", cause: "invalid-response", reason });
  });

  it("but a token that becomes invalid between two pages is renewed", async () => {
    const all = shareRows(1_200);
    const { list, requests } = await listServer((request, response) => {
      const isValid = request.headers["x-auth-token"] === (request.url.includes("offset") ? "token-2" : "token-1");
      if (isValid) return pagesOf("shares", () => all)(request, response);
      answerJson(response, 401, { error_code: "APIGW.0307", error_msg: "The token must be updated." });
    }, PASSWORD);
    expect(await list()).toMatchObject({ kind: "listed", resources: { length: 1_200 } });
    expect(requests()).toHaveLength(3);
  });
});

it("a long list delays no poll", async () => {
  const dripping = new AbortController();
  const { list, poll } = await listServer((request, response) => {
    if (!request.url.includes("/detail")) return answerJson(response, 200, { ...shareRow(1), padding: "x".repeat(100_000) });
    response.write(`{"shares":[${" ".repeat(200_000)}`);
    dripping.signal.addEventListener("abort", () => response.end("]}"));
  });
  const listing = list();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await poll(`${idOf(1)}.create.1`)).toMatchObject({ kind: "seen", state: "success" });
  dripping.abort();
  expect(await listing).toEqual({ kind: "listed", resources: [] });
});
