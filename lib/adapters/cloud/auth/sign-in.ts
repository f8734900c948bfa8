import type { Clock, Log } from "../../../ports.ts";
import { withTimeout } from "../http/with-timeout.ts";
import type { Authorise } from "./auth-headers.ts";
import { createAuthorise } from "./authorise.ts";
import type { CloudSettings } from "./settings.ts";

export interface SignIn {
  authorise(): Authorise;
  /** Reads rejected credentials again, at most once in 5 minutes. Returns a way to sign in if they changed. */
  replacementFor(rejected: Authorise): Promise<Authorise | undefined>;
}

const REREAD_MS = 5 * 60_000;
/** How long a rejected poll waits for them. */
const MAX_REREAD_MS = 2_000;

/** Signs in with the credentials that were read last, so that they can change while the service runs. */
export function createSignIn(settings: CloudSettings, ports: { clock: Clock; log: Log }): SignIn {
  const { rereadCredentials } = settings;
  let authorise = createAuthorise(settings, ports);
  let known = JSON.stringify(settings.credentials);
  let readAt = Number.NEGATIVE_INFINITY;
  let reading = Promise.resolve();

  return {
    authorise: () => authorise,
    async replacementFor(rejected) {
      if (rereadCredentials && Math.abs(ports.clock.now() - readAt) >= REREAD_MS) {
        readAt = ports.clock.now();
        reading = withTimeout(MAX_REREAD_MS, () => rereadWith(rereadCredentials), undefined);
      }
      await reading;
      return authorise === rejected ? undefined : authorise;
    },
  };

  async function rereadWith(read: NonNullable<typeof rereadCredentials>): Promise<void> {
    try {
      const credentials = await read();
      const reread = JSON.stringify(credentials);
      ports.log.info("rejected credentials were read again", { changed: reread !== known });
      if (reread === known) return;
      known = reread;
      authorise = createAuthorise({ ...settings, credentials }, ports);
    } catch (error) {
      ports.log.warn("rejected credentials could not be read again", { error: error instanceof Error ? error.name : "" });
    }
  }
}
