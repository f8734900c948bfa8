import type { Credentials } from "../domain/cloud-credentials.ts";
import { counted } from "../domain/counted.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { readAwsEndpoint } from "./aws-endpoint.ts";
import type { ChannelSettings } from "./channel-settings.ts";
import { readChannels } from "./channels.ts";
import { ConfigError } from "./config-error.ts";
import { readConsoleUrl } from "./console-url.ts";
import { readCredentials } from "./credentials.ts";
import { type DestinationSettings, readDestinations } from "./destinations.ts";
import { readAuthUrl, readEndpoint, readServiceEndpoints } from "./endpoint.ts";
import { readHeartbeat } from "./heartbeat.ts";
import { readPublicUrl } from "./public-url.ts";
import { readSecrets } from "./secrets.ts";
import { createSettingReader, type Environment, type SettingReader } from "./setting-reader.ts";
import { readSigningSecret } from "./signing-secret.ts";

export interface Config extends DestinationSettings {
  stage: string;
  tableName: string;
  cloud: {
    region: string;
    authUrl: string;
    endpoint: string;
    /** Base URLs of the other services, by the first label of their hosts. */
    services: Record<string, string>;
    credentials: Credentials;
    sockets: number;
    /** Reads the credentials in SECRETS_PARAMETER again. */
    rereadCredentials?: () => Promise<Credentials>;
  };
  channels: Record<string, ChannelSettings>;
  defaultChannel: string;
  opsChannel: string;
  /** Base URL of the pages, without a slash at the end. */
  publicUrl?: string;
  /** URL of the cloud's console. */
  consoleUrl?: string;
  /** A secret that signs the sessions and links of the pages. Without it there are no pages. */
  signingSecret?: string;
  /** The project of registrations that name none. */
  defaultProjectId?: string;
  allowedProjectIds: string[];
  rules: TrackingRules;
  poll: { segments: number; pollConcurrency: number; pollsPerSecond: number };
  /** Where the segments are invoked. Undefined: in the region. */
  lambdaEndpoint: string | undefined;
  keepMs: number;
  /** Pinged after each successful tick. A secret. */
  heartbeatUrl?: string;
  /** API requests per team. A third of them may come at once. */
  requestsPerMinute: number;
  /** Limit of open jobs per team. Further registrations are rejected. */
  maxOpenJobs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Reads every setting, then throws one ConfigError that names all that are missing or wrong. `others`: problems that are already known. */
export function readConfig(environment: Environment, others: string[] = []): Config {
  const read = createSettingReader(environment);
  read.problems.push(...others);
  const local = read.text("STAGE", "") === "local";
  const region = read.matching("OS_REGION_NAME", /^[a-z]{2}-[a-z0-9-]+$/, "a region like eu-de", "eu-de");
  const destinations = readDestinations(read, local);
  const { eventsChannel } = destinations;
  const { [eventsChannel ?? ""]: _, ...kinds } = destinations.channelKinds;
  const names = Object.keys(kinds);
  const defaultChannel = read.oneOf("DEFAULT_CHANNEL", names, names[0]);
  const opsChannel = read.oneOf("OPS_CHANNEL", names, defaultChannel);
  const channels = readChannels(read, kinds);
  const projects = readProjects(read);
  const endpoint = readEndpoint(read, `https://sfs-turbo.${region}.otc.t-systems.com`, local);
  const pollConcurrency = read.number("POLL_CONCURRENCY", 32, 1, 512);
  const publicUrl = readPublicUrl(read, local);
  const consoleUrl = readConsoleUrl(read, endpoint);
  const heartbeatUrl = readHeartbeat(read, local);
  const signingSecret = readSigningSecret(read);
  const pollSegments = read.number("POLL_SEGMENTS", 1, 1, 1_000);
  const config: Config = {
    stage: read.text("STAGE", "dev"),
    tableName: read.text("TABLE_NAME"),
    cloud: {
      region,
      authUrl: readAuthUrl(read, `https://iam.${region}.otc.t-systems.com/v3`, local),
      endpoint,
      services: readServiceEndpoints(read, endpoint, local),
      credentials: readCredentials(read),
      sockets: pollConcurrency,
    },
    ...destinations,
    channels,
    defaultChannel,
    opsChannel,
    ...projects,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(consoleUrl !== undefined && { consoleUrl }),
    ...(signingSecret !== undefined && { signingSecret }),
    rules: readRules(read, pollSegments, { channels, opsChannel, eventsChannel }),
    poll: {
      segments: pollSegments,
      pollConcurrency,
      pollsPerSecond: read.number("POLLS_PER_SECOND", 20, 1, 10_000),
    },
    lambdaEndpoint: readAwsEndpoint(read, "lambda"),
    ...(heartbeatUrl !== undefined && { heartbeatUrl }),
    keepMs: read.number("KEEP_DAYS", 90, 1, 3_650) * DAY_MS,
    requestsPerMinute: read.number("REQUESTS_PER_MINUTE", 600, 1, 1_000_000),
    maxOpenJobs: read.number("MAX_OPEN_JOBS", 2_000, 1, 1_000_000),
  };
  if (read.text("NODE_TLS_REJECT_UNAUTHORIZED", "1") === "0")
    read.problem("NODE_TLS_REJECT_UNAUTHORIZED", "must not be 0: certificates must be checked before credentials are sent");
  if (read.problems.length > 0) throw new ConfigError(describe(read.problems));
  return config;
}

/** Returns the channels that a team may use. Excludes the event bus, and an operators' channel that is not also the default. */
function readRules(
  read: SettingReader,
  pollSegments: number,
  { channels, opsChannel, eventsChannel }: Pick<Config, "channels" | "opsChannel"> & { eventsChannel: string | undefined },
): TrackingRules {
  return {
    pollSegments,
    lostAfterMs: read.number("LOST_AFTER_MINUTES", 15, 1, 1_440) * MINUTE_MS,
    lateAfterMs: read.number("LATE_AFTER_MINUTES", 60, 1, 43_200) * MINUTE_MS,
    maxTrackingMs: read.number("MAX_TRACKING_DAYS", 30, 1, 365) * DAY_MS,
    opsChannel,
    ...(eventsChannel !== undefined && { eventsChannel }),
    channelNotifyOn: (channel) => channels[channel]?.notifyOn,
    channelQuiet: (channel) => channels[channel]?.quiet,
    channelDigest: (channel) => channels[channel]?.digest,
    digestChannels: () => Object.keys(channels).filter((name) => channels[name]?.digest),
    channelTeams: (channel) => channels[channel]?.teams ?? [],
  };
}

export function channelsOf(config: Config, team: string): string[] {
  const opsOnly = config.opsChannel === config.defaultChannel ? undefined : config.opsChannel;
  return Object.keys(config.channelKinds).filter((name) => {
    const teams = config.channels[name]?.teams ?? [];
    return name !== opsOnly && name !== config.eventsChannel && (teams.length === 0 || teams.includes(team));
  });
}

function readProjects(read: SettingReader): Pick<Config, "defaultProjectId" | "allowedProjectIds"> {
  const isProject = (id: string) => /^[0-9a-f]{32}$/.test(id);
  const defaultProjectId = read.text("OS_PROJECT_ID", "");
  if (defaultProjectId !== "" && !isProject(defaultProjectId))
    read.problem("OS_PROJECT_ID", "must be a project id: 32 hexadecimal digits in lower case");
  const listed = read.list("ALLOWED_PROJECT_IDS");
  if (!listed.every(isProject))
    read.problem(
      "ALLOWED_PROJECT_IDS",
      "must be a comma-separated list of project ids, each of 32 hexadecimal digits in lower case",
    );
  if (defaultProjectId === "" && listed.length === 0)
    read.problem("OS_PROJECT_ID", "is missing: set it or ALLOWED_PROJECT_IDS");
  const allowedProjectIds = listed.length > 0 ? listed : [defaultProjectId];
  if (defaultProjectId !== "" && !allowedProjectIds.includes(defaultProjectId)) {
    read.problem("ALLOWED_PROJECT_IDS", "must include OS_PROJECT_ID");
  }
  return { allowedProjectIds, ...(defaultProjectId !== "" && { defaultProjectId }) };
}

function describe(problems: string[]): string {
  const count = counted(problems.length, "problem");
  return `the configuration has ${count}: ${problems.join("; ")}`;
}

/** Reads the settings of the environment. Those in SECRETS_PARAMETER take precedence. */
export async function loadConfig(environment: Environment = process.env): Promise<Config> {
  const { misspelledVariables } = await import("./variables.ts");
  const parameter = environment.SECRETS_PARAMETER?.trim();
  if (!parameter) return readConfig(environment, misspelledVariables(environment));
  if (!parameter.startsWith("/"))
    throw new ConfigError("SECRETS_PARAMETER must be a path that begins with /, like /sfs-jobwatch/prod");
  const endpoint = readAwsEndpoint(createSettingReader(environment), "ssm");
  const read = async () => {
    const all = { ...environment, ...(await readSecrets(parameter, endpoint)) };
    return readConfig(all, misspelledVariables(all));
  };
  const config = await read();
  return { ...config, cloud: { ...config.cloud, rereadCredentials: async () => (await read()).cloud.credentials } };
}
