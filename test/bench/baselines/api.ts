import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

// A minimal HTTP function: the packages that it needs, and one call to the table.

const table = new DynamoDBClient({});
const app = new Hono().get("/jobs/:id", async (c) => {
  const key = { pk: { S: `key#${c.req.header("authorization")}` } };
  const { Item } = await table.send(new GetItemCommand({ TableName: "jobs", Key: key, ConsistentRead: true }));
  return Item ? c.json({ job: c.req.param("id") }) : c.json({ title: "unauthorized" }, 401);
});

export const handler = handle(app);
