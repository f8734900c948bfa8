import type { SettingReader } from "./setting-reader.ts";

// Credentials go to these hosts alone: the services' own, by their region, in Open Telekom Cloud and Huawei Cloud. The suffix
// is not enough, since buckets have names under it too: `iam.obs.eu-de.otc.t-systems.com` can be anybody's.
const HOSTS = {
  OS_AUTH_URL:
    /^(iam(-pub)?\.[a-z]{2}-[a-z0-9-]+\.((sc\.)?otc\.t-systems\.com|myhuaweicloud\.(com|eu))|iam\.myhuaweicloud\.(com|eu))$/,
  SFS_TURBO_ENDPOINT: /^sfs-turbo\.[a-z]{2}-[a-z0-9-]+\.((sc\.)?otc\.t-systems\.com|myhuaweicloud\.(com|eu))$/,
};
const FORMS = {
  OS_AUTH_URL: "https://iam.<region>.otc.t-systems.com/v3 or https://iam.<region>.myhuaweicloud.com/v3",
  SFS_TURBO_ENDPOINT: "https://sfs-turbo.<region>.otc.t-systems.com or https://sfs-turbo.<region>.myhuaweicloud.com",
};

/** The base of an API in its canonical form, without a slash at the end. */
export function readEndpoint(read: SettingReader, variable: keyof typeof HOSTS, byDefault: string, local: boolean): string {
  const value = read.text(variable, byDefault);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && isPlain(url) && (isOfCloud(url, variable) || (local && isNobodys(url))))
    return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, "");
  read.problem(variable, `must be an https URL like ${FORMS[variable]}, without user, port, query or fragment`);
  return "";
}

function isPlain({ username, password, search, hash, pathname }: URL): boolean {
  return username === "" && password === "" && search === "" && hash === "" && /^[\w./-]*$/.test(pathname);
}

function isOfCloud({ protocol, port, hostname }: URL, variable: keyof typeof HOSTS): boolean {
  return protocol === "https:" && port === "" && HOSTS[variable].test(hostname);
}

/** For the stage `local`: this machine, and by https a name that RFC 2606 promises never to be anybody's. */
function isNobodys({ protocol, hostname }: URL): boolean {
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "127.0.0.1" || (protocol === "https:" && hostname.endsWith(".invalid"));
}
