import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import { outcomeOfError } from "../../../lib/adapters/slack/outcome.ts";
import { serverForTest } from "../../http-server.ts";
import { failedNotification, jobNotification } from "./sample-notifications.ts";
import { answering, META, PATH, SECRET, sendTo, sendToAnswering } from "./sending.ts";

async function rawServer(connected: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("without an answer, a message counts as unsent only if nothing was written", () => {
  test("no server listens", async () => {
    const { url, close } = await serverForTest(answering(200, "ok"));
    await close();
    expect(await sendTo(url + PATH)).toEqual({ kind: "failed", reason: "ECONNREFUSED" });
  });

  test("the name of the host is unknown", async () => {
    const outcome = await sendTo(`http://nowhere.invalid${PATH}`);
    expect(outcome).toEqual({ kind: "failed", reason: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
  });

  test("the server does not speak TLS", async () => {
    const port = await rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const outcome = await sendTo(`https://127.0.0.1:${port}${PATH}`);
    expect(outcome).toEqual({ kind: "failed", reason: expect.stringMatching(/^ERR_SSL_/) });
  });

  test("Slack does not answer in time", async () => {
    expect(await sendToAnswering(() => {}, 300)).toEqual({ kind: "unknown", reason: "no answer in time" });
  });

  test("the connection is reset after the request was written", async () => {
    const port = await rawServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect((await sendTo(`http://127.0.0.1:${port}${PATH}`)).kind).toBe("unknown");
  });

  test("the connection is closed without an answer", async () => {
    const port = await rawServer((socket) => socket.once("data", () => socket.destroy()));
    expect((await sendTo(`http://127.0.0.1:${port}${PATH}`)).kind).toBe("unknown");
  });

  test("an ok is cut short", async () => {
    const cut = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok";
    const port = await rawServer((socket) => socket.once("data", () => socket.end(cut)));
    expect((await sendTo(`http://127.0.0.1:${port}${PATH}`)).kind).toBe("unknown");
  });

  test("the body never ends", async () => {
    expect((await sendToAnswering((_, response) => void response.writeHead(200).write("o"), 300)).kind).toBe("unknown");
  });

  test("the URL is invalid", async () => {
    expect(await sendTo(`https//${SECRET}`)).toEqual({ kind: "dead", reason: "the webhook's URL is invalid" });
  });
});

test("the message of an unknown error is not part of the outcome", () => {
  const outcome = outcomeOfError(new Error(`Cannot post to https://hooks.slack.com${PATH}`));
  expect(outcome).toEqual({ kind: "unknown", reason: "the connection broke" });
});

describe("a message", () => {
  test("is sent as one POST on its own connection", async () => {
    const server = await serverForTest(answering(200, "ok"));
    await sendTo(server.url + PATH);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "POST", url: PATH, headers: { connection: "close" } });
    const sent: unknown = JSON.parse(server.requests[0]?.body ?? "");
    expect(Object.keys(sent as object).sort()).toEqual(["attachments", "link_names", "text", "unfurl_links", "unfurl_media"]);
    expect(sent).toMatchObject({ unfurl_links: false, unfurl_media: false, link_names: false });
  });

  test("is sent once even if Slack fails", async () => {
    const server = await serverForTest(answering(503, ""));
    await sendTo(server.url + PATH);
    expect(server.requests).toHaveLength(1);
  });

  test("does not follow a redirect", async () => {
    const target = await serverForTest(answering(200, "ok"));
    await sendToAnswering(answering(307, "", { location: target.url }));
    expect(target.requests).toHaveLength(0);
  });

  test("is not sent if it cannot be built", async () => {
    const server = await serverForTest(answering(200, "ok"));
    const broken = failedNotification();
    Object.defineProperty(broken.transition, "kind", { get: () => JSON.parse(`{${SECRET}`) });
    const outcome = await sendTo(server.url + PATH, [broken]);
    expect(outcome).toEqual({ kind: "refused", reason: "the message could not be built: SyntaxError" });
    expect(server.requests).toHaveLength(0);
  });

  test.each(["gone", "constructor", "__proto__"])("is not sent if the channel has no webhook: %s", async (channel) => {
    const slack = createSlack({}, { log: { info() {}, warn() {}, error() {} } });
    const outcome = await slack.send(channel, [jobNotification()], META);
    expect(outcome).toEqual({ kind: "dead", reason: "no webhook is configured for this channel" });
  });
});
