import type { SettingReader } from "./setting-reader.ts";

const OPEN_TELEKOM_CLOUD = /^sfs-turbo\.[a-z0-9-]+\.otc\.t-systems\.com$/;

/** Reads the URL of the cloud's console. Undefined if CONSOLE_URL is not set and the cloud is not Open Telekom Cloud. */
export function readConsoleUrl(read: SettingReader, sfsTurbo: string): string | undefined {
  const value = read.text("CONSOLE_URL", "");
  if (value === "")
    return OPEN_TELEKOM_CLOUD.test(URL.parse(sfsTurbo)?.hostname ?? "") ? "https://console.otc.t-systems.com/" : undefined;
  const url = URL.parse(value);
  if (url?.protocol === "https:" && url.username === "" && url.password === "" && url.href.length <= 500) return url.href;
  read.problem(
    "CONSOLE_URL",
    "must be an https URL like https://console.otc.t-systems.com/, at most 500 characters, without user",
  );
  return undefined;
}
