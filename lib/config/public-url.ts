import type { SettingReader } from "./setting-reader.ts";

/** Reads the base URL of the pages. Without it, messages do not link to pages. */
export function readPublicUrl(read: SettingReader, local: boolean): string | undefined {
  const value = read.text("PUBLIC_URL", "");
  if (value === "") return undefined;
  const url = URL.parse(value);
  const isOpen = url?.protocol === "https:" || (local && url?.protocol === "http:" && url.hostname === "127.0.0.1");
  if (url && isOpen && url.username === "" && url.password === "" && /^[\w./-]*$/.test(url.pathname + url.search + url.hash))
    return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, "");
  read.problem("PUBLIC_URL", "must be an https URL like https://jobwatch.example.com, without user, query or fragment");
  return undefined;
}
