import { fromEnv } from "@aws-sdk/credential-provider-env";

// Takes the place of @aws-sdk/credential-provider-node in the bundles (serverless.yml, custom.esbuild.alias). Lambda hands a
// function its credentials in the environment; the ways for laptops, containers and machines (profiles, SSO, STS, metadata)
// are a third of a bundle and are tried nowhere.
export const defaultProvider = fromEnv;
