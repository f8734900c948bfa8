import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { isObject, parseObject } from "../../lib/domain/json.ts";
import { CommandError, EXIT, usageError } from "./errors.ts";
import { printError } from "./output.ts";

// The profiles that `jobwatch login` saves: an address and a key by name.

export const DEFAULT_PROFILE = "default";

export interface Profile {
  url: string;
  key: string;
}

type Profiles = Map<string, Profile>;

/** Returns the path of the file with the profiles. */
export function profilesFile(): string {
  const { XDG_CONFIG_HOME = "", APPDATA = "" } = process.env;
  const folders = [XDG_CONFIG_HOME, ...(process.platform === "win32" ? [APPDATA] : [])];
  return join(folders.find((folder) => isAbsolute(folder)) ?? join(homedir(), ".config"), "jobwatch", "config.json");
}

export function checkProfileName(name: string): string {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw usageError("A profile has a name of at most 64 letters, digits, dots, hyphens and underscores.");
  return name;
}

/** Returns no profiles if there is no file. */
export async function readProfiles(): Promise<Profiles> {
  const file = profilesFile();
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new CommandError(EXIT.usage, `${file} cannot be read (${error.code}).`);
  });
  if (text === undefined) return new Map();
  const profiles = parseObject(text)?.profiles;
  if (!isObject(profiles)) throw new CommandError(EXIT.usage, `${file} is damaged. Remove it, then use jobwatch login.`);
  await warnIfReadable(file);
  return new Map(Object.entries(profiles).flatMap(([name, one]) => (isProfile(one) ? [[name, one]] : [])));
}

/** Replaces the file. Only its owner can read it. */
export async function writeProfiles(profiles: Profiles): Promise<void> {
  const file = profilesFile();
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ profiles: Object.fromEntries(profiles) }, null, 2);
    await writeFile(draft, `${text}\n`, { mode: 0o600, flag: "wx" });
    await rename(draft, file);
  } catch (error) {
    throw new CommandError(EXIT.output, `${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function isProfile(value: unknown): value is Profile {
  return isObject(value) && typeof value.url === "string" && typeof value.key === "string";
}

async function warnIfReadable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    printError(`jobwatch: other users can read your keys. Run: chmod 600 ${file}`);
}
