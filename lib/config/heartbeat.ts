import type { SettingReader } from "./setting-reader.ts";

/** Reads the URL of the heartbeat monitor. A secret, since such URLs contain a token. */
export function readHeartbeat(read: SettingReader, local: boolean): string | undefined {
  const value = read.text("HEARTBEAT_URL", "");
  if (value === "") return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && isPlain(url) && (url.protocol === "https:" || (local && isHere(url)))) return url.href;
  read.problem(
    "HEARTBEAT_URL",
    "must be an https URL like https://monitor.example.com/ping/..., at most 500 characters, without user or fragment",
  );
  return undefined;
}

function isPlain({ href, username, password, hash }: URL): boolean {
  return username === "" && password === "" && hash === "" && href.length <= 500;
}

function isHere({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && hostname === "127.0.0.1";
}
