import { callAws } from "../adapters/aws/signed-call.ts";
import { parseObject } from "../domain/json.ts";
import { ConfigError } from "./config-error.ts";

interface ParameterAnswer {
  Parameter?: { Value?: string };
  Parameters?: { Value?: string }[];
  NextToken?: string;
}

/**
 * Reads the settings from one SecureString of JSON. If the path ends in `/`, merges all parameters below it by name.
 * Called when a function starts, and again when its credentials are rejected.
 */
export async function readSecrets(parameter: string, endpoint: string | undefined): Promise<Record<string, string>> {
  if (!parameter.endsWith("/")) {
    const { Parameter } = await callSsm("GetParameter", { Name: parameter, WithDecryption: true }, endpoint);
    return settingsOf(Parameter?.Value);
  }
  const below = { Path: parameter, Recursive: true, WithDecryption: true };
  const settings: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page = await callSsm("GetParametersByPath", { ...below, NextToken }, endpoint);
    for (const { Value } of page.Parameters ?? []) Object.assign(settings, settingsOf(Value));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return settings;
}

async function callSsm(
  action: "GetParameter" | "GetParametersByPath",
  request: Record<string, unknown>,
  endpoint: string | undefined,
): Promise<ParameterAnswer> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${action}` };
  return JSON.parse(await callAws({ service: "ssm", endpoint, path: "/", headers, body: JSON.stringify(request) }));
}

function settingsOf(text: string | undefined): Record<string, string> {
  const settings = parseObject((text ?? "").trim());
  if (settings === undefined) {
    throw new ConfigError('SECRETS_PARAMETER must name a SecureString of JSON like {"OS_PASSWORD": "..."}');
  }
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
