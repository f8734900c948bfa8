import { startCloud } from "./cloud.ts";
import { DEMO_PROJECT, DEMO_SHARES, DEMO_USER, otherEndpoints } from "./environment.ts";

// `node infra/local/cloud-only.ts`: the simulated cloud alone, in place of the real one. Prints the settings that reach it, for `.env`.

const port = Number(process.env.CLOUD_PORT || 8001);
const { url } = await startCloud({ port, user: DEMO_USER, projectIds: [DEMO_PROJECT], stock: DEMO_SHARES });
const settings = {
  OS_AUTH_URL: `${url}/v3`,
  SFS_TURBO_ENDPOINT: url,
  SERVICE_ENDPOINTS: `'${JSON.stringify(otherEndpoints(url))}'`,
  OS_PROJECT_ID: DEMO_PROJECT,
  OS_USERNAME: DEMO_USER.name,
  OS_PASSWORD: DEMO_USER.password,
  OS_USER_DOMAIN_NAME: DEMO_USER.domain,
};
for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
