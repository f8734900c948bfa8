import { request } from "node:http";
import { request as requestSecurely } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

type Variables = Record<string, string | undefined>;

/** Returns true if the host is this machine, which no proxy can reach. */
export function isThisMachine({ hostname }: URL): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}

/** Returns the proxy that HTTPS_PROXY, or else HTTP_PROXY, names for an address; undefined without one or if NO_PROXY excludes the host. */
export function proxyFor(target: URL, variables: Variables): string | undefined {
  if (isThisMachine(target)) return undefined;
  const variable = (name: string) => (variables[name.toLowerCase()] || variables[name])?.trim();
  const proxy = variable("HTTPS_PROXY") || variable("HTTP_PROXY");
  const excluded = (variable("NO_PROXY") ?? "").toLowerCase().split(/[\s,]+/);
  return proxy && !excluded.some((host) => isExcluded(host, target)) ? proxy : undefined;
}

/** `*`, `example.com` (with its subdomains), `.example.com`, `*.example.com`, each also with a port. */
function isExcluded(entry: string, { hostname, port }: URL): boolean {
  const [, host = "", wantedPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  if (host === "" || (wantedPort !== undefined && wantedPort !== (port || "443"))) return false;
  const domain = host.replace(/^\*?\./, "");
  return host === "*" || hostname === domain || hostname.endsWith(`.${domain}`);
}

/** Opens an encrypted connection to the target through the proxy. Its key and requests are unreadable for the proxy. */
export async function connectThrough(proxy: URL, target: URL, signal: AbortSignal): Promise<Duplex> {
  const authority = `${target.hostname}:${target.port || 443}`;
  const send = proxy.protocol === "https:" ? requestSecurely : request;
  const user = proxy.username === "" ? undefined : `${proxy.username}:${proxy.password}`;
  const headers = {
    Host: authority,
    ...(user && { "Proxy-Authorization": `Basic ${Buffer.from(decodeURIComponent(user)).toString("base64")}` }),
  };
  const { protocol, hostname, port } = proxy;
  const socket = await new Promise<Duplex>((resolve, reject) => {
    send({
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ""),
      port,
      method: "CONNECT",
      path: authority,
      headers,
      signal,
      agent: false,
    })
      .on("connect", ({ statusCode }, tunnel) => {
        if (statusCode === 200) return resolve(tunnel);
        tunnel.destroy();
        reject(new Error(`the proxy answers ${statusCode}`));
      })
      .on("response", ({ statusCode }) => reject(new Error(`the proxy answers ${statusCode}`)))
      .on("error", reject)
      .end();
  });
  const name = target.hostname.replace(/^\[|\]$/g, "");
  return connect({ socket, ...(isIP(name) === 0 ? { servername: name } : { host: name }) });
}
