/** One way to sign in to the cloud. Secrets. */
export type Credentials =
  | { kind: "token"; token: string }
  | { kind: "password"; username: string; password: string; domain: string }
  | { kind: "access-key"; accessKey: string; secretKey: string; securityToken?: string };
