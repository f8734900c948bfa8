import { createServer, type IncomingMessage } from "node:http";
import { type Listening, listen, parseJson, readBody } from "../../infra/local/listen.ts";
import { type Backend, startTableProxy } from "../table-proxy.ts";
import { arn } from "./grants.ts";

export interface AwsCall {
  action: string;
  /** An ARN. */
  resource: string;
}

export interface AwsRecorder {
  /** Returns the calls that `work` makes. */
  during(work: () => Promise<unknown>): Promise<AwsCall[]>;
  /** Variables that direct every AWS client here. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** AWS on loopback: forwards table calls to `engine`, answers calls for secrets and invocations, and records every call. */
export async function startAwsRecorder(engine: Backend, secrets: Record<string, string>): Promise<AwsRecorder> {
  let calls: AwsCall[] = [];
  const record = (action: string, resource: string) => calls.push({ action, resource });
  const table = await startTableProxy(engine, ({ operation, request }) => {
    for (const resource of tableResources(request)) record(`dynamodb:${operation}`, arn("dynamodb", resource));
    return "answer";
  });
  const others = await startOthers(record, JSON.stringify(secrets));
  return {
    async during(work) {
      calls = [];
      await work();
      return calls;
    },
    environment: {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL: others.url,
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
    },
    close: async () => {
      await Promise.all([table.close(), others.close()]);
    },
  };
}

function tableResources({ TableName, IndexName, RequestItems }: Record<string, unknown>): string[] {
  if (RequestItems !== undefined) return Object.keys(RequestItems as object).map((name) => `table/${name}`);
  return [`table/${TableName}${IndexName === undefined ? "" : `/index/${IndexName}`}`];
}

interface RequestBody {
  Name?: string;
  Path?: string;
  Entries?: { EventBusName?: string }[];
}

/** All services but the table. Unknown calls are recorded too, under the name of the service that they are signed for. */
async function startOthers(record: (action: string, resource: string) => void, secrets: string): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const body = parseJson(await readBody(request)) as RequestBody | undefined;
    const service = /Credential=(?:[^/]+\/){3}([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "unsigned";
    const operation = operationOf(request);
    const name = body?.Name ?? body?.Path ?? "";
    const invoked = /\/functions\/(?<name>[^/]+)\/invocations$/.exec(request.url ?? "")?.groups?.name;
    if (service === "lambda" && invoked !== undefined) {
      record("lambda:InvokeFunction", arn("lambda", `function:${decodeURIComponent(invoked)}`));
      response.writeHead(202).end();
      return;
    }
    if (service === "events") {
      response.end(eventsAnswer(body, (bus) => record(`events:${operation}`, arn("events", `event-bus/${bus}`))));
      return;
    }
    record(`${service}:${operation}`, arn(service, service === "ssm" ? `parameter${name}` : (request.url ?? "")));
    const parameter = { Name: name, Type: "SecureString", Value: secrets };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ Parameter: parameter, Parameters: [parameter] }));
  });
  return await listen(server, 0, "AWS recorder");
}

/** Accepts every entry. */
function eventsAnswer(body: RequestBody | undefined, note: (bus: string) => void): string {
  const entries = body?.Entries ?? [];
  for (const { EventBusName = "" } of entries) note(EventBusName);
  return JSON.stringify({ FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: String(index) })) });
}

function operationOf({ headers, method }: IncomingMessage): string {
  return String(headers["x-amz-target"] ?? method)
    .split(".")
    .at(-1) as string;
}
