import type { SettingReader } from "./setting-reader.ts";

const SHORTEST = 32;

/** Signs sessions and links; absent where nothing is set: then there are no pages. */
export function readSigningSecret(read: SettingReader): string | undefined {
  const secret = read.text("SIGNING_SECRET", "");
  if (secret === "") return undefined;
  if (secret.length < SHORTEST) read.problem("SIGNING_SECRET", `must have at least ${SHORTEST} random characters`);
  return secret;
}
