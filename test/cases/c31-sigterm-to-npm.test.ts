import { expect, it, onTestFinished } from "vitest";
import { npmStart } from "./stack.ts";

/** Whether anything accepts a connection at the port. */
const answers = (url: string) =>
  fetch(`${url}/health`, { headers: { connection: "close" } }).then(
    () => true,
    () => false,
  );

it.each<[signal: NodeJS.Signals, to: "npm" | "the terminal's process group"]>([
  ["SIGTERM", "npm"],
  ["SIGHUP", "npm"],
  ["SIGTERM", "the terminal's process group"],
  ["SIGINT", "the terminal's process group"],
])("%s to %s ends the whole stack", async (signal, to) => {
  const stack = await npmStart();
  onTestFinished(stack.close);
  await stack.isUp();
  const { pid = 0 } = stack.npm;
  process.kill(to === "npm" ? pid : -pid, signal);
  const addresses = Object.values(stack.ports).map((port) => `http://127.0.0.1:${port}`);
  await expect
    .poll(() => Promise.all(addresses.map(answers)), { timeout: 20_000, interval: 200 })
    .toEqual(addresses.map(() => false));
});
