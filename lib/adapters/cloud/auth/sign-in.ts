import type { Clock, Log } from "../../../ports.ts";
import { withTimeout } from "../http/with-timeout.ts";
import { type Authorise, createAuthorise } from "./authorise.ts";
import type { CloudSettings } from "./settings.ts";

export interface SignIn {
  authorise(): Authorise;
  /** After a refusal: the way in with other credentials, where others stand now. Read again at most once in 5 minutes. */
  insteadOf(refused: Authorise): Promise<Authorise | undefined>;
}

const REREAD_MS = 5 * 60_000;
/** How long a refused look waits for them. */
const PATIENCE_MS = 2_000;

/** The way in with the credentials as they were last read, so that they can be changed under a running service. */
export function createSignIn(settings: CloudSettings, ports: { clock: Clock; log: Log }): SignIn {
  const { rereadCredentials } = settings;
  let authorise = createAuthorise(settings, ports);
  let known = JSON.stringify(settings.credentials);
  let readAt = Number.NEGATIVE_INFINITY;
  let reading = Promise.resolve();

  return {
    authorise: () => authorise,
    async insteadOf(refused) {
      if (rereadCredentials && Math.abs(ports.clock.now() - readAt) >= REREAD_MS) {
        readAt = ports.clock.now();
        reading = withTimeout(PATIENCE_MS, () => reread(rereadCredentials), undefined);
      }
      await reading;
      return authorise === refused ? undefined : authorise;
    },
  };

  async function reread(read: NonNullable<typeof rereadCredentials>): Promise<void> {
    try {
      const credentials = await read();
      const found = JSON.stringify(credentials);
      ports.log.info("read the refused credentials again", { changed: found !== known });
      if (found === known) return;
      known = found;
      authorise = createAuthorise({ ...settings, credentials }, ports);
    } catch (error) {
      ports.log.warn("could not read the refused credentials again", { error: error instanceof Error ? error.name : "" });
    }
  }
}
