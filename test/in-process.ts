import { EventEmitter } from "node:events";
import type { RequestListener } from "node:http";

export interface RequestInProcess {
  headers: Record<string, string>;
  body: string | Uint8Array;
}

interface AnswerInProcess {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Sends a POST request to dynalite without a connection. */
export function answerInProcess(listener: RequestListener, { headers, body }: RequestInProcess): Promise<AnswerInProcess> {
  const request = Object.assign(new EventEmitter(), { method: "POST", url: "/", headers });
  return new Promise((resolve) => {
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader(name: string, value: unknown) {
        answered[name.toLowerCase()] = String(value);
      },
      end(text = "") {
        resolve({ status: response.statusCode, headers: answered, body: text });
      },
    };
    listener(...([request, response] as unknown as Parameters<RequestListener>));
    const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    request.emit("data", bytes);
    request.emit("end");
  });
}
