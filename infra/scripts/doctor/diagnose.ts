import type { Config } from "../../../lib/config/config.ts";
import type { Environment } from "../../../lib/config/setting-reader.ts";
import { checkChannels } from "./channels.ts";
import type { Check, Checks } from "./check.ts";
import { checkHosts } from "./hosts.ts";
import { checkRights } from "./rights.ts";
import { quietServices } from "./services.ts";
import { checkSecrets, checkSettings } from "./settings.ts";
import { checkSignIn } from "./sign-in.ts";
import { checkTable } from "./table.ts";

export interface SectionCheck extends Check {
  section: string;
}

/** Runs all checks in order. A check that needs a failed one is skipped. */
export async function* diagnose(environment: Environment, send: boolean): AsyncGenerator<SectionCheck> {
  const secrets = await checkSecrets(environment);
  yield { section: "Settings", ...secrets };
  if (secrets.outcome === "failed") return yield skipped("Settings", "settings", "they are incomplete without the secrets");
  const { config, ...settings } = await checkSettings(environment);
  yield { section: "Settings", ...settings };
  if (config) yield* checksOf(config, send);
}

async function* checksOf(config: Config, send: boolean): AsyncGenerator<SectionCheck> {
  const services = quietServices(config);
  const cloud = yield* within("Cloud", checkHosts(config.cloud, services.clock.now));
  const isReachable = cloud.every(({ outcome, name }) => outcome !== "failed" || name === "clock");
  const signIn = isReachable ? await checkSignIn(config) : undefined;
  yield signIn ? { section: "Cloud", ...signIn } : skipped("Cloud", "sign-in", "a host does not answer");
  for (const projectId of config.allowedProjectIds) {
    const section = `Project ${projectId}`;
    if (signIn?.outcome === "ok") yield* within(section, checkRights(services, projectId));
    else yield skipped(section, "rights", "not signed in");
  }
  const table = yield* within("Table", checkTable(config.tableName, config.stage === "local"));
  const hasTable = table.at(-1)?.outcome === "ok";
  yield* within("Channels", checkChannels(services, { send, hasTable }));
}

/** Adds the section to each check. Returns all of them. */
async function* within(section: string, checks: Checks): AsyncGenerator<SectionCheck, Check[]> {
  const all: Check[] = [];
  for await (const check of checks) {
    all.push(check);
    yield { section, ...check };
  }
  return all;
}

function skipped(section: string, name: string, detail: string): SectionCheck {
  return { section, name, outcome: "skipped", detail };
}
