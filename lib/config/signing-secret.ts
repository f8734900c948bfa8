import type { SettingReader } from "./setting-reader.ts";

const MIN_LENGTH = 32;

/** Reads the secret that signs sessions and links. Without it there are no pages. */
export function readSigningSecret(read: SettingReader): string | undefined {
  const secret = read.text("SIGNING_SECRET", "");
  if (secret === "") return undefined;
  if (secret.length < MIN_LENGTH)
    read.problem(
      "SIGNING_SECRET",
      `must have at least ${MIN_LENGTH} random characters, like the output of openssl rand -hex 32`,
    );
  return secret;
}
