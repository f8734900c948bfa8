import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

/** One asynchronous invocation of the same function a segment: Lambda spreads the work, the table's scan divides it. */
export async function fanOut(functionName: string, segments: number): Promise<void> {
  const client = new LambdaClient({});
  const invoke = (segment: number) =>
    client.send(
      new InvokeCommand({ FunctionName: functionName, InvocationType: "Event", Payload: JSON.stringify({ segment }) }),
    );
  await Promise.all(Array.from({ length: segments }, (_, segment) => invoke(segment)));
}
