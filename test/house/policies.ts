import { readFile } from "node:fs/promises";
import { type Call, isAllowed, type Policy } from "./iam.ts";

export const ACCOUNT = "123456789012";
export const EVERYTHING: Policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

const read = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../infra/${name}.json`, import.meta.url), "utf8")) as Policy;

export const deployer = await read("deployer-policy");
export const limits = await read("deployer-limits");
export const boundary = await read("functions-boundary");

/** Whether the deployer may make this call; `policy` replaces the deployer's own policy. */
export function deployerMay({ action, resource, context }: Call, policy = deployer): boolean {
  return isAllowed(
    { policies: [policy, limits] },
    { action, resource, context: { "aws:PrincipalAccount": ACCOUNT, ...context } },
  );
}
