import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { OTHER_SECRET, SECRET, sendTo } from "./sending.ts";

const EXAMPLE = fileURLToPath(new URL("../../../docs/examples/receiver.mjs", import.meta.url));

test("the receiver of docs/examples accepts each signed event once, and nothing else", async () => {
  const receiver = spawn(process.execPath, [EXAMPLE], { env: { SECRET, PORT: "0" } });
  onTestFinished(() => void receiver.kill());
  let printed = "";
  receiver.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  while (!printed.includes("\n")) await once(receiver.stdout, "data");
  const url = `http://127.0.0.1:${printed.trim().split(" ").at(-1)}/`;
  for (const secrets of [[SECRET], [SECRET], [OTHER_SECRET, SECRET]])
    expect(await sendTo(url, { secrets })).toEqual({ kind: "delivered", status: 204 });
  expect(await sendTo(url, { secrets: [OTHER_SECRET] })).toMatchObject({ kind: "rejected" });
  const stale = { "webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,x" };
  expect((await fetch(url, { method: "POST", headers: stale, body: "{}" })).status).toBe(401);
  expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(401);
  while (!printed.includes("success")) await once(receiver.stdout, "data");
  expect(printed.split("\n").filter((line) => line === "0a1b2c3d4e5 success")).toHaveLength(1);
}, 60_000);
