import type { Credentials } from "../../../domain/cloud-credentials.ts";

export interface CloudSettings {
  /** `eu-de` */
  region: string;
  /** Base of the identity service: `https://iam.eu-de.otc.t-systems.com/v3` */
  authUrl: string;
  credentials: Credentials;
  /** Maximum number of connections to the cloud's APIs. */
  sockets: number;
  /** Reads the credentials again. Absent if they cannot change while the service runs. */
  rereadCredentials?: () => Promise<Credentials>;
}

export type PasswordCredentials = Extract<Credentials, { kind: "password" }>;
export type AccessKeyCredentials = Extract<Credentials, { kind: "access-key" }>;
