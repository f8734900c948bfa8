import type { SettingReader } from "./setting-reader.ts";

export type Credentials =
  | { kind: "token"; token: string }
  | { kind: "password"; username: string; password: string; domain: string }
  | { kind: "access-key"; accessKey: string; secretKey: string; securityToken?: string };

/** A way to sign in is meant where one of its variables is set. OS_USER_DOMAIN_NAME means none: it often stands by the others. */
const WAYS = {
  OS_TOKEN: ["OS_TOKEN"],
  OS_USERNAME: ["OS_USERNAME", "OS_PASSWORD"],
  OS_ACCESS_KEY: ["OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"],
};

/** Exactly one way to sign in to the cloud. */
export function readCredentials(read: SettingReader): Credentials {
  const given = Object.values(WAYS).flatMap((variables) => variables.find(read.has) ?? []);
  const [way] = given;
  if (way === undefined) {
    const others = "OS_USERNAME with OS_PASSWORD and OS_USER_DOMAIN_NAME, or OS_ACCESS_KEY with OS_SECRET_KEY";
    read.problem("OS_TOKEN", `is missing, or ${others}: one way to sign in to the cloud is needed`);
  }
  if (given.length > 1) read.problem(given.join(" and "), "are ways to sign in to the cloud of which only one may be set");
  if (way === undefined || way === "OS_TOKEN") return { kind: "token", token: read.text("OS_TOKEN", "") };
  return WAYS.OS_USERNAME.includes(way) ? readPassword(read) : readAccessKey(read);
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
