import { SOURCE_NAMES, serviceOf } from "../domain/job/sources.ts";
import type { SettingReader } from "./setting-reader.ts";

// Credentials are sent only to these hosts: `<service>.<region>` in Open Telekom Cloud and Huawei Cloud. The suffix alone is not
// enough, since buckets have names under it too: `iam.obs.eu-de.otc.t-systems.com` can belong to anybody.
const HOST = /^(?<service>[a-z-]+)\.[a-z]{2}-[a-z0-9-]+\.((sc\.)?otc\.t-systems\.com|myhuaweicloud\.(com|eu))$/;
/** The only host without a region. */
const GLOBAL_IDENTITY = /^iam\.myhuaweicloud\.(com|eu)$/;
const SFS_TURBO = "sfs-turbo";
/** The other services whose jobs can be tracked, by the first label of their hosts. */
const SERVICES = [...new Set(SOURCE_NAMES.map(serviceOf))].filter((service) => service !== SFS_TURBO);

/** Reads the base URL of the identity service, in canonical form without a slash at the end. */
export function readAuthUrl(read: SettingReader, byDefault: string, local: boolean): string {
  const form = "https://iam.<region>.otc.t-systems.com/v3 or https://iam.<region>.myhuaweicloud.com/v3";
  return endpointOf(read, "OS_AUTH_URL", read.text("OS_AUTH_URL", byDefault), form, isIdentity, local);
}

/** Reads the base URL of SFS Turbo. */
export function readEndpoint(read: SettingReader, byDefault: string, local: boolean): string {
  return endpointOf(
    read,
    "SFS_TURBO_ENDPOINT",
    read.text("SFS_TURBO_ENDPOINT", byDefault),
    formOf(SFS_TURBO),
    isHostOf(SFS_TURBO),
    local,
  );
}

/**
 * Reads the base URLs of the other services by name. Default: the same region of the same cloud as SFS Turbo.
 * A service without an endpoint is absent.
 */
export function readServiceEndpoints(read: SettingReader, sfsTurbo: string, local: boolean): Record<string, string> {
  const given = read.json("SERVICE_ENDPOINTS");
  const unknown = Object.keys(given).filter((service) => !SERVICES.includes(service));
  if (unknown.length > 0) read.problem("SERVICE_ENDPOINTS", `names an unknown service: allowed are ${SERVICES.join(", ")}`);
  const isOfCloud = URL.canParse(sfsTurbo) && isHostOf(SFS_TURBO)(new URL(sfsTurbo).hostname);
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
  if (url && isPlain(url) && (isOfCloud(url, isAllowed) || (local && isLocalOnly(url))))
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

/** For the stage `local`: this machine, or with https a name that can never exist (RFC 2606). */
function isLocalOnly({ protocol, hostname }: URL): boolean {
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "127.0.0.1" || (protocol === "https:" && hostname.endsWith(".invalid"));
}
