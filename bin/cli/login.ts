import type { Channels } from "./answers.ts";
import { type Options, rejectArguments } from "./arguments.ts";
import { callApi } from "./client.ts";
import { usageError } from "./errors.ts";
import { print } from "./output.ts";
import { checkProfileName, DEFAULT_PROFILE, profilesFile, readProfiles, writeProfiles } from "./profiles.ts";
import { ask, askSecret } from "./prompt.ts";
import { checkAddress, checkKey, profileName, useService } from "./service.ts";
import { readStandardInput } from "./standard-input.ts";

/** Saves an address and a key under the name of a profile, after the service has accepted the key. */
export async function login(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const name = checkProfileName(profileName() ?? DEFAULT_PROFILE);
  const url = checkAddress(await readAddress(name, options), "--url");
  const key = checkKey(process.stdin.isTTY ? await askSecret("Key (hidden): ") : await readStandardInput());
  useService({ url, key, setting: "--url" });
  const { body } = await callApi<Channels>("GET", "/channels");
  await writeProfiles((await readProfiles()).set(name, { url, key }));
  const channels = body.channels.map((channel) => channel.name);
  if (options.json) print(JSON.stringify({ profile: name, url, channels, file: profilesFile() }));
  else print(`Logged in to ${url}. Channels: ${channels.join(", ") || "none"}. Profile ${name} is saved in ${profilesFile()}.`);
  return 0;
}

export async function logout(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const name = checkProfileName(profileName() ?? DEFAULT_PROFILE);
  const profiles = await readProfiles();
  const isKnown = profiles.delete(name);
  if (isKnown) await writeProfiles(profiles);
  if (options.json) print(JSON.stringify({ profile: name, removed: isKnown }));
  else
    print(
      isKnown
        ? `Removed profile ${name}. The key is still valid; the operators can revoke it.`
        : `There is no profile ${name}.`,
    );
  return 0;
}

/** Returns the address of --url, of JOBWATCH_URL or of the saved profile, or asks for it. */
async function readAddress(name: string, { url }: Options): Promise<string> {
  const known = url ?? process.env.JOBWATCH_URL?.trim() ?? (await readProfiles()).get(name)?.url;
  if (known) return known;
  if (!process.stdin.isTTY) throw usageError("--url is missing.");
  return await ask("Address of the service: ");
}
