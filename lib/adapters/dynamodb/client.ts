import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * Worst case of one call: 4 tries of 2 s with short waits between, about 9 s. Without `throwOnRequestTimeout` the SDK only
 * warns about a silent table and waits for 300 s.
 */
export function createClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
}
