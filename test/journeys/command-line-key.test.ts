import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

// To which addresses the command line sends its key.

const JOBWATCH = fileURLToPath(new URL("../../bin/jobwatch.mjs", import.meta.url));
const KEY = "sfsjw_CANARY-of-the-command-line";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(answer: RequestListener): Promise<{ port: number; received: IncomingMessage[] }> {
  const received: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    received.push(request);
    answer(request, response);
  }).listen(0, "127.0.0.1");
  closing.push(() => server.close());
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, received };
}

async function jobwatch(url: string) {
  const child = spawn(process.execPath, [JOBWATCH, "channels"], {
    env: { PATH: process.env.PATH, JOBWATCH_URL: url, JOBWATCH_KEY: KEY },
  });
  child.stdin.end();
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { exit, out, err };
}

const noChannels: RequestListener = (_, response) =>
  void response.setHeader("content-type", "application/json").end('{"channels":[]}');

describe("jobwatch sends its key", () => {
  it.each(["http://127.0.0.1", "http://localhost", "HTTP://LOCALHOST", "http://127.1", "http://127.255.0.9"])(
    "by plain http to this machine: %s",
    async (base) => {
      const { port, received } = await listen(noChannels);
      const { exit, err } = await jobwatch(`${base}:${port}`);
      // Nothing listens on 127.255.0.9; exit code 69 shows that it was tried.
      expect(err).not.toContain("unencrypted");
      expect(exit === 0 ? received[0]?.headers.authorization : exit).toBe(exit === 0 ? `Bearer ${KEY}` : 69);
    },
  );

  it.each([
    "http://0.0.0.0",
    "http://[::]",
    "http://[::ffff:127.0.0.1]",
    "http://192.0.2.2",
    "HTTP://jobwatch.example.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://localhost.",
    "http://example.com/127.0.0.1",
    "http://example.com\\127.0.0.1",
  ])("to no other host by plain http: %s", async (base) => {
    const { port, received } = await listen(noChannels);
    const { exit, out, err } = await jobwatch(base.replace(/^(http:\/\/[^/\\]+)/i, `$1:${port}`));
    expect({ exit, out }).toEqual({ exit: 64, out: "" });
    expect(err).toContain("must begin with https://");
    expect(err).not.toContain("CANARY");
    expect(received).toHaveLength(0);
  });

  it.each([301, 302, 303, 307, 308])("to no target of a %s redirect", async (status) => {
    const target = await listen(noChannels);
    const service = await listen((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${target.port}/channels` }).end(),
    );
    const { exit, err } = await jobwatch(`http://127.0.0.1:${service.port}`);
    expect(exit).toBe(69);
    expect(err).toContain(`answers ${status}`);
    expect(target.received).toHaveLength(0);
  });
});
