import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { answerJson, serverForTest } from "../http-server.ts";

const JOBWATCH = join(import.meta.dirname, "../../bin/jobwatch.mjs");

export interface Answer {
  status: number;
  body: unknown;
  /** A response of a gateway, not of the service. */
  isForeign?: true;
}

export interface Ran {
  exit: number;
  out: string;
  err: string;
  requests: { method: string; url: string; body: unknown }[];
}

/** Runs `jobwatch` against a double of the API. */
export async function jobwatch(
  args: string[],
  answer: (method: string, url: string, body: never) => Answer,
  input: string | Buffer = "",
): Promise<Ran> {
  const requests: Ran["requests"] = [];
  const { url } = await serverForTest(({ method, url: path, body: raw }, response) => {
    const body = raw === "" ? undefined : JSON.parse(raw);
    requests.push({ method, url: path, body });
    const answered = answer(method, path, body as never);
    answerJson(response, answered.status, answered.body, answered.isForeign ? {} : { "x-correlation-id": "test" });
  });
  const env = { PATH: process.env.PATH, JOBWATCH_URL: url, JOBWATCH_KEY: "sfsjw_test" };
  const child = spawn(process.execPath, [JOBWATCH, ...args], { env });
  child.stdin.on("error", () => undefined).end(input);
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { exit, out, err, requests };
}
