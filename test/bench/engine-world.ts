import { startDynamoDbLocal } from "../dynamodb-engine.ts";
import { startWorld, type World } from "../world.ts";

let endpoint: Promise<string> | undefined;

/** Starts the service on DynamoDB Local, the only engine that counts index costs: at TEST_DYNAMODB_ENDPOINT, or a fresh one. */
export async function startEngineWorld(settings: Record<string, string> = {}): Promise<World> {
  endpoint ??= process.env.TEST_DYNAMODB_ENDPOINT
    ? Promise.resolve(process.env.TEST_DYNAMODB_ENDPOINT)
    : startDynamoDbLocal().then(({ url }) => url);
  process.env.TEST_DYNAMODB_ENDPOINT = await endpoint;
  return await startWorld(settings);
}
