import { OTHER_HOSTS } from "./other-services.ts";

export interface Ports {
  api: number;
  functions: number;
  table: number;
  cloud: number;
  slack: number;
  events: number;
}

export interface LocalEnvironment {
  ports: Ports;
  /** Whether each part is the real one or simulated. */
  real: { cloud: boolean; slack: boolean; events: boolean };
  /** The environment of both functions. */
  variables: Record<string, string>;
}

export const DEMO_PROJECT = "0123456789abcdef0123456789abcdef";
/** The shares that the demo project has from the beginning. */
export const DEMO_SHARES = ["data-01", "home-02", "archive-03", "scratch-04"] as const;
export const DEMO_CHANNELS = { storageops: "storage-ops", operators: "operators" };
export const DEMO_WEBHOOK = { channel: "pipeline", secret: `whsec_${Buffer.alloc(32, "demo").toString("base64")}` };
export const DEMO_USER = { name: "jobwatch", password: "demo", domain: "OTC-EU-DE-00000000001000000000" };

const REAL_CLOUD = /^OS_(TOKEN|USERNAME|PASSWORD|ACCESS_KEY|PROJECT_ID)$/;
const REAL_SLACK = /^SLACK_(WEBHOOKS|WEBHOOK_URL)$/;
const REAL_EVENTS = /^(WEBHOOKS|EVENT_BUS_NAME)$/;

/** Returns the functions' environment on this machine. A real part replaces its double if one of its variables is set. */
export function localEnvironment(environment: Record<string, string | undefined>): LocalEnvironment {
  const ports = {
    api: port(environment, "PORT", 3000),
    functions: port(environment, "LAMBDA_PORT", 3002),
    table: port(environment, "TABLE_PORT", 8000),
    cloud: port(environment, "CLOUD_PORT", 8001),
    slack: port(environment, "SLACK_PORT", 8002),
    events: port(environment, "EVENTS_PORT", 8003),
  };
  const isSet = (pattern: RegExp) => Object.entries(environment).some(([name, value]) => pattern.test(name) && value?.trim());
  const real = { cloud: isSet(REAL_CLOUD), slack: isSet(REAL_SLACK), events: isSet(REAL_EVENTS) };
  const variables = {
    PORT: String(ports.api),
    LAMBDA_PORT: String(ports.functions),
    STAGE: "local",
    TABLE_NAME: "sfs-jobwatch-local",
    SECRETS_PARAMETER: "",
    PUBLIC_URL: environment.PUBLIC_URL?.trim() || `http://127.0.0.1:${ports.api}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${ports.table}`,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${ports.functions}`,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    POWERTOOLS_METRICS_DISABLED: environment.POWERTOOLS_METRICS_DISABLED ?? "true",
    ...(real.cloud ? {} : simulatedCloud(ports.cloud)),
    ...(real.slack ? {} : slackSink(ports.slack)),
    ...(real.events ? {} : eventSink(ports.events)),
  };
  return { ports, real, variables };
}

function simulatedCloud(cloudPort: number): Record<string, string> {
  return {
    OS_AUTH_URL: `http://127.0.0.1:${cloudPort}/v3`,
    SFS_TURBO_ENDPOINT: `http://127.0.0.1:${cloudPort}`,
    SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(`http://127.0.0.1:${cloudPort}`)),
    OS_PROJECT_ID: DEMO_PROJECT,
    OS_USERNAME: DEMO_USER.name,
    OS_PASSWORD: DEMO_USER.password,
    OS_USER_DOMAIN_NAME: DEMO_USER.domain,
  };
}

/** The simulated cloud has one host for all services. Each has its own path prefix. */
export function otherEndpoints(cloud: string): Record<string, string> {
  return Object.fromEntries(OTHER_HOSTS.map((host) => [host, `${cloud}/${host}`]));
}

function slackSink(slackPort: number): Record<string, string> {
  const webhooks = Object.entries(DEMO_CHANNELS).map(([token, channel]) => [
    channel,
    `http://127.0.0.1:${slackPort}/services/T0/B0/${token}`,
  ]);
  return { SLACK_WEBHOOKS: JSON.stringify(Object.fromEntries(webhooks)), OPS_CHANNEL: DEMO_CHANNELS.operators };
}

function eventSink(eventsPort: number): Record<string, string> {
  const { channel, secret } = DEMO_WEBHOOK;
  const url = `http://127.0.0.1:${eventsPort}/webhooks/${channel}`;
  return {
    WEBHOOKS: JSON.stringify({ [channel]: { url, secrets: [secret] } }),
    EVENT_BUS_NAME: "local",
    AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${eventsPort}`,
  };
}

/** Ports above 1023 that browsers and fetch block (https://fetch.spec.whatwg.org/#port-blocking). */
const BLOCKED = [
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080],
];

function port(environment: Record<string, string | undefined>, name: string, byDefault: number): number {
  const value = Number(environment[name]?.trim() || byDefault);
  if (BLOCKED.includes(value)) throw new Error(`${name} must be a port that browsers open, which ${value} is not`);
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
  throw new Error(`${name} must be a port from 1 to 65535`);
}
