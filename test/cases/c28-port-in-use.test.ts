import { expect, it, onTestFinished } from "vitest";
import { freePorts, npmStart, occupyPort, type Ports } from "./stack.ts";

it.each<[name: keyof Ports, host: string]>([
  ["PORT", "127.0.0.1"],
  ["LAMBDA_PORT", "::"],
  ["TABLE_PORT", "127.0.0.1"],
  ["CLOUD_PORT", "::"],
  ["SLACK_PORT", "127.0.0.1"],
  ["EVENTS_PORT", "::"],
])("%s in use on %s is named in one line", async (name, host) => {
  const ports = await freePorts();
  const other = await occupyPort(ports[name], host);
  onTestFinished(() => void other.close());
  const stack = await npmStart({ ports });
  onTestFinished(stack.close);
  expect(await stack.ended).toBe(1);
  const line = `sfs-jobwatch cannot run: port ${ports[name]} for the .* is in use: set ${name} to another`;
  expect(stack.output()).toMatch(new RegExp(`^(sfs-jobwatch starts \\.\\.\\.\\n)?${line}\\n$`));
});
