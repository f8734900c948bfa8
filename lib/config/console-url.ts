import type { SettingReader } from "./setting-reader.ts";

const OPEN_TELEKOM_CLOUD = /^sfs-turbo\.[a-z0-9-]+\.otc\.t-systems\.com$/;

/** Where people open the cloud's own console; absent where CONSOLE_URL says nothing and this cloud's console is not known. */
export function readConsoleUrl(read: SettingReader, sfsTurbo: string): string | undefined {
  const value = read.text("CONSOLE_URL", "");
  if (value === "")
    return OPEN_TELEKOM_CLOUD.test(URL.parse(sfsTurbo)?.hostname ?? "") ? "https://console.otc.t-systems.com/" : undefined;
  const url = URL.parse(value);
  if (url?.protocol === "https:" && url.username === "" && url.password === "" && url.href.length <= 500) return url.href;
  read.problem("CONSOLE_URL", "must be an https URL of at most 500 characters, without user");
  return undefined;
}
