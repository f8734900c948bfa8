import { readAwsEndpoint } from "../../../lib/config/aws-endpoint.ts";
import { type Config, loadConfig } from "../../../lib/config/config.ts";
import { readSecrets } from "../../../lib/config/secrets.ts";
import { createSettingReader, type Environment } from "../../../lib/config/setting-reader.ts";
import { counted } from "../../../lib/domain/counted.ts";
import { localEnvironment } from "../../local/environment.ts";
import { tableName, UsageError } from "../command.ts";
import { awsError, type Check } from "./check.ts";

/** Returns the environment that the functions of a stage have. Without a stage: that of TABLE_NAME, or of `npm start`. */
export function environmentOf(stage: string | undefined, environment: Environment): Environment {
  if (stage !== undefined) {
    const SECRETS_PARAMETER = environment.SECRETS_PARAMETER?.trim() || `/sfs-jobwatch/${stage}`;
    return { ...environment, STAGE: stage, TABLE_NAME: tableName(stage), SECRETS_PARAMETER };
  }
  if (environment.TABLE_NAME?.trim()) return environment;
  const { problems, variables } = localEnvironment(environment);
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  return { ...environment, ...variables };
}

/** Names the settings in the secrets parameter. */
export async function checkSecrets(environment: Environment): Promise<Check> {
  const name = "secrets";
  const parameter = environment.SECRETS_PARAMETER?.trim();
  if (!parameter) return { name, outcome: "skipped", detail: "SECRETS_PARAMETER is not set" };
  try {
    const secrets = await readSecrets(parameter, readAwsEndpoint(createSettingReader(environment), "ssm"));
    const names = Object.keys(secrets).join(", ");
    if (names === "") return { name, outcome: "failed", detail: `${parameter} has no settings`, advice: STORE };
    return { name, outcome: "ok", detail: `${parameter} sets ${names}` };
  } catch (error) {
    return { name, outcome: "failed", detail: `${parameter} cannot be read: ${awsError(error)}`, advice: STORE };
  }
}

const STORE = "Check --stage, AWS_REGION and your AWS credentials. docs/deploy.md, step 3, stores the secrets.";

/** Reads the settings as the functions do. Undefined if they would not start. */
export async function checkSettings(environment: Environment): Promise<Check & { config?: Config }> {
  const name = "settings";
  try {
    const config = await loadConfig(environment);
    const channels = Object.entries(config.channelKinds).map(([channel, kind]) => `${channel} (${kind})`);
    const projects = counted(config.allowedProjectIds.length, "project");
    const detail = `region ${config.cloud.region}, ${projects}, channels ${channels.join(", ")}`;
    return { name, outcome: "ok", detail, config };
  } catch (error) {
    const advice = "The functions do not start with these settings. docs/configuration.md describes each.";
    return { name, outcome: "failed", detail: (error as Error).message, advice };
  }
}
