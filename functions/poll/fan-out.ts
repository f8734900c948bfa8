import { callAws } from "../../lib/adapters/aws/signed-call.ts";

/** Invokes the same function asynchronously, once per segment. Lambda runs the segments in parallel, and the table scan divides the work. */
export async function fanOut(functionName: string, segments: number, endpoint: string | undefined): Promise<void> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const headers = { "content-type": "application/json", "x-amz-invocation-type": "Event" };
  const invoke = (segment: number) =>
    callAws({ service: "lambda", endpoint, path, headers, body: JSON.stringify({ segment }) });
  await Promise.all(Array.from({ length: segments }, (_, segment) => invoke(segment)));
}
