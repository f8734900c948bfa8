import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * One call takes at most 4 attempts of 2 s with short waits, about 9 s. Without `throwOnRequestTimeout` the SDK only logs a warning
 * and waits for 300 s.
 */
export function createClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
}
