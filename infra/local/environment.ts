import { OTHER_HOSTS } from "./other-services.ts";
import type { PageLink } from "./page.ts";

export interface Ports {
  api: number;
  functions: number;
  table: number;
  cloud: number;
  slack: number;
  events: number;
}

/** The variable that sets each port, and its default. */
export const PORTS: Record<keyof Ports, { variable: string; byDefault: number }> = {
  api: { variable: "PORT", byDefault: 3000 },
  functions: { variable: "LAMBDA_PORT", byDefault: 3002 },
  table: { variable: "TABLE_PORT", byDefault: 8000 },
  cloud: { variable: "CLOUD_PORT", byDefault: 8001 },
  slack: { variable: "SLACK_PORT", byDefault: 8002 },
  events: { variable: "EVENTS_PORT", byDefault: 8003 },
};

export interface LocalEnvironment {
  ports: Ports;
  /** What is wrong with the settings of the local stack. */
  problems: string[];
  /** Variables that are set, but have no effect here. */
  ignored: string[];
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
/** Settings of the real cloud that do not sign in. */
const CLOUD_ONLY = /^(OS_AUTH_URL|SFS_TURBO_ENDPOINT|SERVICE_ENDPOINTS|ALLOWED_PROJECT_IDS|OS_SECRET_KEY|OS_SECURITY_TOKEN)$/;

/** Returns the functions' environment on this machine. A real part replaces its double if one of its variables is set. */
export function localEnvironment(environment: Record<string, string | undefined>): LocalEnvironment {
  const problems: string[] = [];
  const ports = readPorts(environment, problems);
  const allSet = Object.keys(environment).filter((name) => environment[name]?.trim());
  const isSet = (pattern: RegExp) => allSet.some((name) => pattern.test(name));
  const real = { cloud: isSet(REAL_CLOUD), slack: isSet(REAL_SLACK), events: isSet(REAL_EVENTS) };
  const useless = allSet.filter((name) => !real.cloud && CLOUD_ONLY.test(name)).toSorted();
  if (useless.length > 0)
    problems.push(
      `${useless.join(" and ")} ${useless.length === 1 ? "is" : "are"} for a real cloud, but no way to sign in is set: ` +
        "set OS_PROJECT_ID and OS_USERNAME, OS_ACCESS_KEY or OS_TOKEN, or unset it for the simulated cloud",
    );
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
  const ownValue = (name: string) => environment[name]?.trim() === (variables as Record<string, string>)[name];
  const isOverridden = (name: string) => Object.hasOwn(variables, name) && !/^AWS_|PORT$/.test(name) && !ownValue(name);
  const ignored = allSet.filter((name) => isOverridden(name) && !useless.includes(name));
  return { ports, problems, ignored, real, variables };
}

/** The pages of the parts that are not the real ones. */
export function pageLinks({ ports, real }: Pick<LocalEnvironment, "ports" | "real">): PageLink[] {
  const at = (name: PageLink["name"], port: number) => ({ name, url: `http://127.0.0.1:${port}` });
  return [
    at("Jobs", ports.api),
    ...(real.slack ? [] : [at("Slack", ports.slack)]),
    ...(real.events ? [] : [at("Events", ports.events)]),
    ...(real.cloud ? [] : [at("Cloud", ports.cloud)]),
  ];
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

function readPorts(environment: Record<string, string | undefined>, problems: string[]): Ports {
  const ports = Object.entries(PORTS).map(([name, { variable, byDefault }]) => {
    const value = Number(environment[variable]?.trim() || byDefault);
    if (BLOCKED.includes(value)) problems.push(`${variable} must be a port that browsers open, which ${value} is not`);
    if (Number.isInteger(value) && value >= 1 && value <= 65_535) return [name, value];
    problems.push(`${variable} must be a port from 1 to 65535`);
    return [name, byDefault];
  });
  const variablesOf = Object.groupBy(Object.values(PORTS), (_, index) => String(ports[index]?.[1]));
  for (const [port, same = []] of Object.entries(variablesOf))
    if (same.length > 1) problems.push(`${same.map(({ variable }) => variable).join(" and ")} must differ: both are ${port}`);
  return Object.fromEntries(ports);
}

/** Whether browsers and fetch open the port. */
export function isOpenedByBrowsers(port: number): boolean {
  return !BLOCKED.includes(port);
}
