import { createServer } from "node:http";
import { type Listening, listen } from "../infra/local/listen.ts";

/** One call to the table that has been carried out, before its answer goes back. */
export interface Call {
  /** `UpdateItem`, `Scan` ... */
  operation: string;
  pk: string;
  status: number;
}

/** What becomes of an answer: it goes back, it is lost on the way, or it never comes. */
export type Fate = "answer" | "lose" | "hang";

/** Stands between the service and its table, and decides after each call what becomes of the answer. */
export async function startTableProxy(endpoint: string, decide: (call: Call) => Fate): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { host: _, connection: _c, ...headers } = request.headers;
    const answer = await fetch(endpoint, { method: "POST", headers: headers as Record<string, string>, body });
    const text = await answer.text();
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const pk = String(JSON.parse(body.toString()).Key?.pk?.S ?? "");
    const fate = decide({ operation, pk, status: answer.status });
    if (fate === "lose") request.socket.destroy();
    if (fate !== "answer") return;
    const crc = answer.headers.get("x-amz-crc32");
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0", ...(crc && { "x-amz-crc32": crc }) });
    response.end(text);
  });
  return await listen(server, 0, "table proxy");
}
