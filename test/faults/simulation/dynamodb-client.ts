import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Answer, Engine } from "./dynamodb.ts";
import type { Input } from "./expressions.ts";
import { here } from "./platform.ts";
import type { Simulation } from "./simulation.ts";

/** A real client of the SDK, with its retries and its marshalling. The engine of the calling process answers its calls. */
export function createClient(engineOf: (simulation: Simulation) => Engine): DynamoDBClient {
  const handle = async (request: { headers: Record<string, string>; body: Uint8Array | string }) => {
    const store = here.getStore();
    if (!store) return responseOf({ status: 200, body: {} });
    const { simulation, process } = store;
    const operation = request.headers["x-amz-target"]?.split(".")[1] ?? "";
    const input: Input = JSON.parse(typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body));
    const { fault, effectMs } = simulation.faults.table();
    const isSlow = effectMs > REQUEST_TIMEOUT_MS;
    const what = `${operation} ${input.Key?.pk?.S ?? ""}`;
    return simulation.processes.operate(process, what, { effectMs: Math.min(effectMs, REQUEST_TIMEOUT_MS) }, () => {
      if (fault === "refused") return responseOf(REFUSED);
      const answer = engineOf(simulation).execute(simulation, operation, input);
      if (answer.pk !== undefined) simulation.written(process, answer.pk);
      if (fault === "answer lost" || isSlow) throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
      return responseOf(answer);
    });
  };
  return new DynamoDBClient({
    endpoint: "http://dynamodb.test",
    region: "eu-central-1",
    credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
    maxAttempts: 4,
    retryMode: "standard",
    requestHandler: { handle } as never,
  });
}

const REQUEST_TIMEOUT_MS = 2_000;
const REFUSED: Answer = {
  status: 400,
  body: { __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", message: "too fast" },
};

function responseOf({ status, body }: Answer) {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return { response: { statusCode: status, headers, body: new TextEncoder().encode(JSON.stringify(body)) } };
}
