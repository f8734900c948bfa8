import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { answerJson, serverForTest } from "../http-server.ts";
import { startWorld, type World } from "../world.ts";
import { delivered, tracking, views } from "./cloud-world.ts";
import { selfSigned } from "./self-signed.ts";

const PASSWORD = "canary-password";
const ENDED = { status: "success" };

let world: World;
afterEach(() => world.close());

/** Polls a job once per minute for hours while another server answers instead of the cloud. */
async function meetStranger(settings: Record<string, string>): Promise<void> {
  world = await startWorld({ OS_PASSWORD: PASSWORD, ...settings });
  await tracking(world, ["job"]);
  world.clock.advance(7 * 3_600_000);
  await world.ticks(8);
  expect(await views(world, ["job"])).toEqual([expect.objectContaining({ state: "running" })]);
  expect(delivered(world, "general")).toEqual([]);
  expect(delivered(world, "operators")).toHaveLength(1);
  const output = [...world.logged, ...delivered(world, "operators")].join("\n");
  for (const secret of [PASSWORD, "MIIP", "127.0.0.1", "http:", "https:", "canary"]) expect(output).not.toContain(secret);
}

it.each([
  { setting: "SFS_TURBO_ENDPOINT", status: 301 },
  { setting: "SFS_TURBO_ENDPOINT", status: 302 },
  { setting: "SFS_TURBO_ENDPOINT", status: 307 },
  { setting: "OS_AUTH_URL", status: 302 },
  { setting: "OS_AUTH_URL", status: 307 },
  { setting: "OS_AUTH_URL", status: 308 },
])(
  "row 12: a $status of $setting is not followed, so that no other server gets the token or the password",
  async ({ setting, status }) => {
    const detected = await serverForTest((_, response) => answerJson(response, 200, ENDED, { "x-subject-token": "theirs" }));
    const astray = await serverForTest(
      (_, response) => void response.writeHead(status, { location: `${detected.url}/x` }).end(),
    );
    await meetStranger({ [setting]: astray.url });
    expect(detected.requests).toEqual([]);
    expect(astray.requests.length).toBeGreaterThan(5);
    expect(delivered(world, "operators")[0]).toContain(String(status));
  },
);

/** Everything that reaches it unencrypted. */
const heard: string[] = [];
const tls = () =>
  createTlsServer(selfSigned(), (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => heard.push(String(data)));
  });

async function portOf(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const at = (server: () => Server) => async () => `https://127.0.0.1:${await portOf(server())}`;
const STRANGERS = [
  { name: "has a self-signed certificate", start: at(tls), code: /SELF_SIGNED/ },
  {
    name: "does not support TLS",
    start: at(() => createServer((socket) => void socket.end("SSH-2.0-OpenSSH\r\n"))),
    code: /SSL|EPROTO/,
  },
  { name: "hangs up at once", start: at(() => createServer((socket) => void socket.destroy())), code: /ECONNRESET|SOCKET/ },
  { name: "has no address", start: async () => "https://canary.invalid", code: /ENOTFOUND|EAI_AGAIN/ },
];

it.each(STRANGERS.flatMap((stranger) => ["SFS_TURBO_ENDPOINT", "OS_AUTH_URL"].map((setting) => ({ ...stranger, setting }))))(
  "row 14: a host in $setting that $name gets no secret, and is reported only by its error code",
  async ({ start, code, setting }) => {
    await meetStranger({ [setting]: await start() });
    expect(heard).toEqual([]);
    expect(delivered(world, "operators")[0]).toMatch(code);
  },
);
