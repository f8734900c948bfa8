import { createServer, type IncomingMessage } from "node:http";
import { type Listening, listen, parseJson, readBody } from "../infra/local/listen.ts";
import { answerInProcess } from "./in-process.ts";
import type { TestTable } from "./test-table.ts";

/** One call from the service to the table. */
export interface Asked {
  /** `UpdateItem`, `Scan` ... */
  operation: string;
  pk: string;
  /** The same for each attempt of one call. */
  invocation: string;
  request: Record<string, unknown>;
}

/** A call that was carried out, before its response is returned. */
export interface Call extends Asked {
  status: number;
  answer: Record<string, unknown>;
}

export interface TableAnswer {
  status: number;
  body: unknown;
}

/** What happens to a response: it is returned, lost, never sent, or replaced by another one. */
export type Fate = "answer" | "lose" | "hang" | TableAnswer;
/** Responds instead of the table, which then never gets the call; undefined forwards the call. May change the request. */
export type Refuse = (asked: Asked) => TableAnswer | undefined;

export const THROTTLED = refusal(400, "ProvisionedThroughputExceededException");
export const INTERNAL_ERROR = refusal(500, "InternalServerError");

/** The engine behind the proxy. */
export type Backend = Pick<TestTable, "endpoint" | "answer">;

/** A proxy between the service and its table that decides before and after each call what happens to it. */
export async function startTableProxy(
  table: Backend,
  decide: (call: Call) => Fate,
  refuse: Refuse = () => undefined,
): Promise<Listening> {
  const server = createServer(async (incoming, response) => {
    const asked = askedBy(incoming, await readBody(incoming));
    const call = refuse(asked) ?? (await carryOut(table, incoming, asked));
    const fate = "operation" in call ? decide(call) : call;
    if (fate === "lose") incoming.socket.destroy();
    if (fate === "lose" || fate === "hang") return;
    const { status, body } = fate !== "answer" ? fate : { status: call.status, body: "answer" in call ? call.answer : {} };
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(body));
  });
  return await listen(server, 0, "table proxy");
}

function askedBy({ headers }: IncomingMessage, body: string): Asked {
  const request = parseJson(body) as { Key?: { pk?: { S?: string } } };
  return {
    operation: String(headers["x-amz-target"]).split(".")[1] ?? "",
    pk: request.Key?.pk?.S ?? "",
    invocation: String(headers["amz-sdk-invocation-id"]),
    request,
  };
}

async function carryOut({ endpoint, answer }: Backend, { headers }: IncomingMessage, asked: Asked): Promise<Call> {
  const { host: _, connection: _c, "content-length": _l, ...kept } = headers as Record<string, string>;
  const sent = { method: "POST", headers: kept, body: JSON.stringify(asked.request) };
  const { status, body } = await (answer ? answerInProcess(answer, sent) : fetch(endpoint, sent).then(completeAnswer));
  return { ...asked, status, answer: parseJson(body) as Record<string, unknown> };
}

async function completeAnswer(response: Response): Promise<{ status: number; body: string }> {
  return { status: response.status, body: await response.text() };
}

function refusal(status: number, type: string): TableAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "by the table proxy" } };
}
