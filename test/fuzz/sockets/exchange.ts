import { connect } from "node:net";
import type { Exchange } from "./bytes.ts";

export type { Exchange };

const STATUS = /HTTP\/1\.1 (\d{3}) /g;
const PATIENCE_MS = 5_000;

/** Writes the bytes and ends its side. Returns the statuses of all answers until the other side ends. */
export async function exchange(port: number, { bytes }: Exchange): Promise<number[]> {
  return await new Promise((resolve) => {
    let answer = "";
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve([...answer.matchAll(STATUS)].map(([, status]) => Number(status))));
    socket.end(bytes);
  });
}
