import { fromEnv } from "@aws-sdk/credential-provider-env";

// Replaces @aws-sdk/credential-provider-node in the bundles (serverless.yml, custom.esbuild.alias). Lambda passes credentials in the
// environment. The other providers (profiles, SSO, STS, metadata) would be a third of a bundle and are not needed.
export const defaultProvider = fromEnv;
