import { createServer, type Server } from "node:http";
import { afterEach, expect, it } from "vitest";
import { checkPorts } from "../../infra/local/busy-ports.ts";
import { freePorts, occupyPort } from "../cases/stack.ts";

const SIMULATED = { cloud: false, slack: false, events: false };
const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function somePorts() {
  const { PORT, LAMBDA_PORT, TABLE_PORT, CLOUD_PORT, SLACK_PORT, EVENTS_PORT } = await freePorts();
  return { api: PORT, functions: LAMBDA_PORT, table: TABLE_PORT, cloud: CLOUD_PORT, slack: SLACK_PORT, events: EVENTS_PORT };
}

const occupy = async (port: number) => void servers.push(await occupyPort(port));

async function serve(port: number, status: number, body: object): Promise<void> {
  const server: Server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  servers.push({ close: () => server.close() && server.closeAllConnections() });
}

it("accepts free ports, and leaves them free", async () => {
  const ports = await somePorts();
  await checkPorts({ ports, real: SIMULATED });
  await checkPorts({ ports, real: SIMULATED });
});

it("names all ports in use in one message, with a command that can be pasted", async () => {
  const ports = await somePorts();
  for (const name of ["functions", "slack", "events"] as const) await occupy(ports[name]);
  const error: Error = await checkPorts({ ports, real: SIMULATED }).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error.message).toMatch(
    new RegExp(
      `^the ports ${ports.functions} \\(LAMBDA_PORT\\), ${ports.slack} \\(SLACK_PORT\\) and ${ports.events} \\(EVENTS_PORT\\) are in use\\. ` +
        "Start with others: LAMBDA_PORT=\\d+ SLACK_PORT=\\d+ EVENTS_PORT=\\d+ npm start$",
    ),
  );
  const chosen = Object.fromEntries(
    [...error.message.matchAll(/([A-Z]+)_PORT=(\d+)/g)].map(([, name, port]) => [name, Number(port)]),
  );
  const [functions = 0, slack = 0, events = 0] = [chosen.LAMBDA, chosen.SLACK, chosen.EVENTS];
  await checkPorts({ ports: { ...ports, functions, slack, events }, real: SIMULATED });
});

it("does not need the ports of doubles whose real counterpart is used", async () => {
  const ports = await somePorts();
  for (const name of ["cloud", "slack"] as const) await occupy(ports[name]);
  await checkPorts({ ports, real: { cloud: true, slack: true, events: false } });
});

it.each([
  { name: "runs", status: 503, body: { status: "stale", lastTickSeconds: 300, oldestPendingNotificationSeconds: 0 } },
  { name: "starts", status: 502, body: { message: "The functions are starting. Try again in a few seconds." } },
])("recognizes a stack that $name", async ({ status, body }) => {
  const ports = await somePorts();
  await serve(ports.api, status, body);
  await expect(checkPorts({ ports, real: SIMULATED })).rejects.toThrow(
    new RegExp(
      `^sfs-jobwatch already runs here: http://127\\.0\\.0\\.1:${ports.api}\\. .*LOCAL_FOLDER=\\.local-2 PORT=\\d+ npm start$`,
    ),
  );
});

it("names the port if another program answers there", async () => {
  const ports = await somePorts();
  await serve(ports.api, 200, { status: "ok" });
  await expect(checkPorts({ ports, real: SIMULATED })).rejects.toThrow(
    `port ${ports.api} for the API is in use: set PORT to another`,
  );
});
