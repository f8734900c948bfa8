import { usageError } from "./errors.ts";
import { checkProfileName, DEFAULT_PROFILE, readProfiles } from "./profiles.ts";
import { isThisMachine } from "./proxy.ts";

/** The service that a command uses. */
export interface Service {
  url: string;
  key: string;
  /** Where the address comes from, for errors. */
  setting: string;
}

let chosenProfile: string | undefined;
let service: Promise<Service> | undefined;

/** Selects the profile that --profile names. */
export function chooseProfile(name: string | undefined): void {
  chosenProfile = name;
}

/** Selects a service that is not saved yet. */
export function useService(chosen: Service): void {
  service = Promise.resolve(chosen);
}

/** Returns the service: of --profile, of JOBWATCH_URL and JOBWATCH_KEY, of JOBWATCH_PROFILE, or of the default profile. */
export function currentService(): Promise<Service> {
  service ??= findService();
  return service;
}

export function profileName(): string | undefined {
  return chosenProfile ?? (variable("JOBWATCH_PROFILE") || undefined);
}

/** Returns the value without blanks and line ends around it. */
function variable(name: "JOBWATCH_URL" | "JOBWATCH_KEY" | "JOBWATCH_PROFILE"): string {
  return (process.env[name] ?? "").trim();
}

async function findService(): Promise<Service> {
  const [url, key] = [variable("JOBWATCH_URL"), variable("JOBWATCH_KEY")];
  // An address and a key are never combined from two places, so that no key reaches another service.
  if (chosenProfile === undefined && (url !== "" || key !== "")) {
    if (url === "") throw usageError("Set JOBWATCH_URL to the address of the service, such as https://jobwatch.example.com.");
    return { url: checkAddress(url, "JOBWATCH_URL"), key: checkKey(key), setting: "JOBWATCH_URL" };
  }
  const profiles = await readProfiles();
  const name = checkProfileName(profileName() ?? DEFAULT_PROFILE);
  const profile = profiles.get(name);
  if (profile) {
    const setting = `profile ${name}`;
    return { url: checkAddress(profile.url, setting), key: checkKey(profile.key), setting };
  }
  if (profileName() !== undefined)
    throw usageError(`There is no profile ${name}. Use jobwatch login --profile ${name}.${listOf([...profiles.keys()])}`);
  throw usageError(
    "Use jobwatch login once, or set JOBWATCH_URL and JOBWATCH_KEY to the address of the service and your team's key.",
  );
}

function listOf(names: string[]): string {
  return names.length === 0 ? "" : ` Your profiles: ${names.join(", ")}.`;
}

/** Returns the address without a final slash. `setting`: what errors call it. */
export function checkAddress(text: string, setting: string): string {
  const url = text.trim().replace(/(?<!\/)\/+$/, "");
  if (!/^https?:\/\//i.test(url)) throw usageError(`${setting} must begin with https:// or http://.${schemeFor(url)}`);
  if (!/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(url) || !URL.canParse(url))
    throw usageError(`${setting} must be an address such as https://jobwatch.example.com.`);
  const parsed = new URL(url);
  if (parsed.protocol !== "https:" && !isThisMachine(parsed))
    throw usageError(
      `${setting} must begin with https://. http would send your key unencrypted. It works only for this machine, and through no proxy.`,
    );
  return url;
}

/** " Did you mean http://localhost:3000?" */
function schemeFor(address: string): string {
  if (!/^[\w.-]+(:\d{1,5})?(\/[\w./-]*)?$/.test(address) || !URL.canParse(`http://${address}`)) return "";
  return ` Did you mean ${isThisMachine(new URL(`http://${address}`)) ? "http" : "https"}://${address}?`;
}

export function checkKey(text: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw usageError("Set JOBWATCH_KEY to your team's key, such as sfsjw_...");
  return key;
}
