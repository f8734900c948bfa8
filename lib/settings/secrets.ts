import { getParameter, getParameters } from "@aws-lambda-powertools/parameters/ssm";
import { ConfigError } from "./config-error.ts";

/** As they stand now: a function reads them when it starts, and again when its credentials are refused. */
const NOW = { decrypt: true, forceFetch: true } as const;

/** The settings in one SecureString of JSON, or, where the path ends in `/`, in the parameters below it merged by name. */
export async function readSecrets(parameter: string): Promise<Record<string, string>> {
  if (parameter.endsWith("/")) {
    const found = await getParameters(parameter, { ...NOW, recursive: true });
    const below = Object.values(found ?? {}).map((text) => settingsOf(String(text)));
    return Object.assign({}, ...below);
  }
  return settingsOf(await getParameter(parameter, NOW));
}

function settingsOf(text: string | undefined): Record<string, string> {
  const settings = parse(text ?? "");
  if (typeof settings !== "object" || settings === null) {
    throw new ConfigError('SECRETS_PARAMETER must name a SecureString of JSON like {"OS_PASSWORD": "..."}');
  }
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
