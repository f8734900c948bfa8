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

export type Credentials =
  | { kind: "token"; token: string }
  | { kind: "password"; username: string; password: string; domain: string }
  | { kind: "access-key"; accessKey: string; secretKey: string; securityToken?: string };

export type PasswordCredentials = Extract<Credentials, { kind: "password" }>;
export type AccessKeyCredentials = Extract<Credentials, { kind: "access-key" }>;
