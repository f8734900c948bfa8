export interface CloudSettings {
  /** `eu-de` */
  region: string;
  /** Base of the identity service: `https://iam.eu-de.otc.t-systems.com/v3` */
  authUrl: string;
  credentials: Credentials;
  /** The most connections to the cloud's APIs, and to the identity service. */
  sockets: number;
  /** The credentials as they stand now where they are kept. Absent where they cannot change under a running service. */
  rereadCredentials?: () => Promise<Credentials>;
}

export type Credentials =
  | { kind: "token"; token: string }
  | { kind: "password"; username: string; password: string; domain: string }
  | { kind: "access-key"; accessKey: string; secretKey: string; securityToken?: string };

export type PasswordCredentials = Extract<Credentials, { kind: "password" }>;
export type AccessKeyCredentials = Extract<Credentials, { kind: "access-key" }>;
