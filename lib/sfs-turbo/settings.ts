export interface CloudSettings {
  /** `eu-de` */
  region: string;
  /** Base of the identity service: `https://iam.eu-de.otc.t-systems.com/v3` */
  authUrl: string;
  /** Base of the job API: `https://sfs-turbo.eu-de.otc.t-systems.com` */
  endpoint: string;
  credentials: Credentials;
}

type Credentials = { kind: "token"; token: string } | { kind: "password"; username: string; password: string; domain: string };

export type PasswordCredentials = Extract<Credentials, { kind: "password" }>;
