import type { Credentials } from "../domain/cloud-credentials.ts";
import type { SettingReader } from "./setting-reader.ts";
import type { Variable } from "./variables.ts";

/** Each way to sign in is chosen by its variables. OS_USER_DOMAIN_NAME chooses none: it is often set with the others. */
const WAYS: Record<string, Variable[]> = {
  OS_TOKEN: ["OS_TOKEN"],
  OS_USERNAME: ["OS_USERNAME", "OS_PASSWORD"],
  OS_ACCESS_KEY: ["OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"],
};

/** Reads the credentials. Exactly one way to sign in must be set. */
export function readCredentials(read: SettingReader): Credentials {
  const chosen = Object.values(WAYS).flatMap((variables) => variables.find(read.has) ?? []);
  const [way] = chosen;
  if (way === undefined) {
    const others = "OS_USERNAME with OS_PASSWORD and OS_USER_DOMAIN_NAME, or OS_ACCESS_KEY with OS_SECRET_KEY";
    read.problem("OS_TOKEN", `is missing: set it, or ${others}, to sign in to the cloud`);
  }
  if (chosen.length > 1) read.problem(chosen.join(" and "), "must not be set together: use one way to sign in to the cloud");
  if (way === undefined || way === "OS_TOKEN") return { kind: "token", token: read.text("OS_TOKEN", "") };
  return WAYS.OS_USERNAME?.includes(way) ? readPassword(read) : readAccessKey(read);
}

function readPassword(read: SettingReader): Credentials {
  const [username, password] = [read.text("OS_USERNAME"), read.text("OS_PASSWORD")];
  return { kind: "password", username, password, domain: read.text("OS_USER_DOMAIN_NAME") };
}

function readAccessKey(read: SettingReader): Credentials {
  const [accessKey, secretKey] = [read.text("OS_ACCESS_KEY"), read.text("OS_SECRET_KEY")];
  const securityToken = read.text("OS_SECURITY_TOKEN", "");
  return { kind: "access-key", accessKey, secretKey, ...(securityToken !== "" && { securityToken }) };
}
