import type { WatchRules } from "./job/rules.ts";
import { type ChannelSettings, readChannels, readWebhooks } from "./settings/channels.ts";
import { ConfigError } from "./settings/config-error.ts";
import { createSettingReader, type Environment, type SettingReader } from "./settings/setting-reader.ts";

export interface Config {
  stage: string;
  tableName: string;
  cloud: {
    region: string;
    authUrl: string;
    endpoint: string;
    credentials: { kind: "token"; token: string } | { kind: "password"; username: string; password: string; domain: string };
  };
  /** Name of a channel to its webhook URL: a secret. */
  webhooks: Record<string, string>;
  channels: Record<string, ChannelSettings>;
  defaultChannel: string;
  opsChannel: string;
  /** Where a registration names none. */
  defaultProjectId?: string;
  allowedProjectIds: string[];
  rules: WatchRules;
  poll: { segments: number; lookConcurrency: number; looksPerSecond: number };
  keepMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Reads every setting, then throws one ConfigError that names all that are missing or wrong. */
export function readConfig(environment: Environment): Config {
  const read = createSettingReader(environment);
  const local = read.text("STAGE", "") === "local";
  const region = read.matching("OS_REGION_NAME", /^[a-z0-9-]+$/, "a region like eu-de", "eu-de");
  const webhooks = readWebhooks(read, local);
  const names = Object.keys(webhooks);
  const defaultChannel = read.oneOf("DEFAULT_CHANNEL", names, names[0]);
  const opsChannel = read.oneOf("OPS_CHANNEL", names, defaultChannel);
  const channels = readChannels(read, names);
  const projects = readProjects(read);
  const config: Config = {
    stage: read.text("STAGE", "dev"),
    tableName: read.text("TABLE_NAME"),
    cloud: {
      region,
      authUrl: read.endpoint("OS_AUTH_URL", `https://iam.${region}.otc.t-systems.com/v3`, local),
      endpoint: read.endpoint("SFS_TURBO_ENDPOINT", `https://sfs-turbo.${region}.otc.t-systems.com`, local),
      credentials: readCredentials(read),
    },
    webhooks,
    channels,
    defaultChannel,
    opsChannel,
    ...projects,
    rules: {
      lostAfterMs: read.number("LOST_AFTER_MINUTES", 15, 1, 1_440) * MINUTE_MS,
      lateAfterMs: read.number("LATE_AFTER_MINUTES", 60, 1, 43_200) * MINUTE_MS,
      maxWatchMs: read.number("MAX_WATCH_DAYS", 30, 1, 365) * DAY_MS,
      opsChannel,
      channelNotifyOn: (channel) => channels[channel]?.notifyOn,
    },
    poll: {
      segments: read.number("POLL_SEGMENTS", 1, 1, 1_000),
      lookConcurrency: read.number("LOOK_CONCURRENCY", 32, 1, 512),
      looksPerSecond: read.number("LOOKS_PER_SECOND", 20, 1, 10_000),
    },
    keepMs: read.number("KEEP_DAYS", 90, 1, 3_650) * DAY_MS,
  };
  if (read.problems.length > 0) throw new ConfigError(described(read.problems));
  return config;
}

/** The channels that a team may name: those open to it, but no operators' channel that is set apart. */
export function channelsOf(config: Config, team: string): string[] {
  const apart = config.opsChannel === config.defaultChannel ? undefined : config.opsChannel;
  return Object.keys(config.webhooks).filter((name) => {
    const teams = config.channels[name]?.teams ?? [];
    return name !== apart && (teams.length === 0 || teams.includes(team));
  });
}

function readCredentials(read: SettingReader): Config["cloud"]["credentials"] {
  const token = read.text("OS_TOKEN", "");
  if (token !== "") return { kind: "token", token };
  if (!read.has("OS_USERNAME") && !read.has("OS_PASSWORD")) {
    read.problem(
      "OS_TOKEN",
      "is missing, or OS_USERNAME with OS_PASSWORD and OS_USER_DOMAIN_NAME: one way to sign in to the cloud is needed",
    );
    return { kind: "token", token };
  }
  const [username, password] = [read.text("OS_USERNAME"), read.text("OS_PASSWORD")];
  return { kind: "password", username, password, domain: read.text("OS_USER_DOMAIN_NAME") };
}

function readProjects(read: SettingReader): Pick<Config, "defaultProjectId" | "allowedProjectIds"> {
  const isProject = (id: string) => /^[0-9a-f]{32}$/.test(id);
  const defaultProjectId = read.text("OS_PROJECT_ID", "");
  if (defaultProjectId !== "" && !isProject(defaultProjectId))
    read.problem("OS_PROJECT_ID", "must be 32 hexadecimal digits in lower case");
  const listed = read.list("ALLOWED_PROJECT_IDS");
  if (!listed.every(isProject))
    read.problem("ALLOWED_PROJECT_IDS", "must be a comma list of ids of 32 hexadecimal digits in lower case");
  if (defaultProjectId === "" && listed.length === 0) read.problem("OS_PROJECT_ID", "is missing, or ALLOWED_PROJECT_IDS");
  const allowedProjectIds = listed.length > 0 ? listed : [defaultProjectId];
  if (defaultProjectId !== "" && !allowedProjectIds.includes(defaultProjectId)) {
    read.problem("ALLOWED_PROJECT_IDS", "must hold OS_PROJECT_ID too");
  }
  return { allowedProjectIds, ...(defaultProjectId !== "" && { defaultProjectId }) };
}

function described(problems: string[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `the configuration has ${count}: ${problems.join("; ")}`;
}

/** The environment's settings, with the secrets of SECRETS_PARAMETER laid over them. */
export async function loadConfig(environment: Environment = process.env): Promise<Config> {
  const parameter = environment.SECRETS_PARAMETER?.trim();
  if (!parameter) return readConfig(environment);
  const { readSecrets } = await import("./settings/secrets.ts");
  return readConfig({ ...environment, ...(await readSecrets(parameter)) });
}
