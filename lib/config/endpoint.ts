import type { SettingReader } from "./setting-reader.ts";

// Credentials go to these hosts alone: the services' own, by their region, in Open Telekom Cloud and Huawei Cloud. The suffix
// is not enough, since buckets have names under it too: `iam.obs.eu-de.otc.t-systems.com` can be anybody's.
const HOST = /^(?<service>[a-z-]+)\.[a-z]{2}-[a-z0-9-]+\.((sc\.)?otc\.t-systems\.com|myhuaweicloud\.(com|eu))$/;
/** The one host without a region. */
const GLOBAL_IDENTITY = /^iam\.myhuaweicloud\.(com|eu)$/;
/** The services beside SFS Turbo whose jobs can be watched, by the first label of their hosts. */
const SERVICES = ["ecs", "evs", "ims", "sdrs", "bms", "dcs", "rds", "dds", "cbr"];

/** The base of the identity service in its canonical form, without a slash at the end. */
export function readAuthUrl(read: SettingReader, byDefault: string, local: boolean): string {
  const form = "https://iam.<region>.otc.t-systems.com/v3 or https://iam.<region>.myhuaweicloud.com/v3";
  return endpointOf(read, "OS_AUTH_URL", read.text("OS_AUTH_URL", byDefault), form, isIdentity, local);
}

/** The base of SFS Turbo. */
export function readEndpoint(read: SettingReader, byDefault: string, local: boolean): string {
  return endpointOf(
    read,
    "SFS_TURBO_ENDPOINT",
    read.text("SFS_TURBO_ENDPOINT", byDefault),
    formOf("sfs-turbo"),
    isHostOf("sfs-turbo"),
    local,
  );
}

/**
 * The bases of the other services by their names: in the same region of the same cloud as SFS Turbo, where SERVICE_ENDPOINTS
 * says nothing else. One that has none is absent.
 */
export function readServiceEndpoints(read: SettingReader, sfsTurbo: string, local: boolean): Record<string, string> {
  const given = read.json("SERVICE_ENDPOINTS");
  const unknown = Object.keys(given).filter((service) => !SERVICES.includes(service));
  if (unknown.length > 0)
    read.problem("SERVICE_ENDPOINTS", `names services that are not known; known are ${SERVICES.join(", ")}`);
  const isOfCloud = URL.canParse(sfsTurbo) && isHostOf("sfs-turbo")(new URL(sfsTurbo).hostname);
  const endpoints = SERVICES.flatMap((service) => {
    const own = given[service];
    if (own === undefined)
      return isOfCloud ? [[service, new URL(sfsTurbo).origin.replace("//sfs-turbo.", `//${service}.`)]] : [];
    return [
      [
        service,
        endpointOf(read, "SERVICE_ENDPOINTS", typeof own === "string" ? own : "", formOf(service), isHostOf(service), local),
      ],
    ];
  });
  return Object.fromEntries(endpoints);
}

type IsAllowed = (host: string) => boolean;

const isIdentity: IsAllowed = (host) => isHostOf("iam")(host) || isHostOf("iam-pub")(host) || GLOBAL_IDENTITY.test(host);

function isHostOf(service: string): IsAllowed {
  return (host) => HOST.exec(host)?.groups?.service === service;
}

function formOf(service: string): string {
  return `https://${service}.<region>.otc.t-systems.com or https://${service}.<region>.myhuaweicloud.com`;
}

function endpointOf(
  read: SettingReader,
  variable: string,
  value: string,
  form: string,
  isAllowed: IsAllowed,
  local: boolean,
): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && isPlain(url) && (isOfCloud(url, isAllowed) || (local && isNobodys(url))))
    return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, "");
  read.problem(variable, `must be an https URL like ${form}, without user, port, query or fragment`);
  return "";
}

function isPlain({ username, password, search, hash, pathname }: URL): boolean {
  return username === "" && password === "" && search === "" && hash === "" && /^[\w./-]*$/.test(pathname);
}

function isOfCloud({ protocol, port, hostname }: URL, isAllowed: IsAllowed): boolean {
  return protocol === "https:" && port === "" && isAllowed(hostname);
}

/** For the stage `local`: this machine, and by https a name that RFC 2606 promises never to be anybody's. */
function isNobodys({ protocol, hostname }: URL): boolean {
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "127.0.0.1" || (protocol === "https:" && hostname.endsWith(".invalid"));
}
