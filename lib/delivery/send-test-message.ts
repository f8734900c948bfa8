import { afterTest } from "../domain/channel/after-send.ts";
import { delayNextSend } from "../domain/channel/channel.ts";
import type { SendOutcome } from "../domain/channel/send-outcome.ts";
import type { Ports } from "../ports.ts";
import type { RecordStore } from "../table-ports.ts";
import { readChannel, saveChannel } from "./channel-record.ts";

type Deps = Pick<Ports, "destinations" | "clock"> & { table: RecordStore };

/** The channel allows no message before `until`, so the test was not sent. */
type TooSoon = { kind: "too-soon"; until: number };

/** A test waits this long for its turn. That is enough for three at once. */
const MAX_WAIT_MS = 2_500;

/**
 * Sends a test message, the only check that a webhook offers, at the rate of the channel. If it arrives, a suspended channel is resumed
 * and the next tick delivers what waited. If the destination is dead, the channel is suspended.
 */
export async function testChannel(deps: Deps, name: string, opsChannel: string): Promise<SendOutcome | TooSoon> {
  const { table, destinations, clock } = deps;
  const until = await claimNextSend(deps, name);
  if (until !== undefined) return { kind: "too-soon", until };
  const outcome = await destinations.send(name, [], { id: "test", mayRepeat: false, plain: false });
  const to = { destination: destinations.address(name), opsChannel };
  await saveChannel({ table }, name, (channel) => afterTest(channel, outcome, clock.now(), to));
  return outcome;
}

/** Claims the next send, as the sender of the channel does. Returns when to try again if that takes longer than MAX_WAIT_MS. */
async function claimNextSend({ table, destinations, clock }: Deps, name: string): Promise<number | undefined> {
  const deadline = clock.now() + MAX_WAIT_MS;
  for (;;) {
    const channel = await readChannel({ table }, name);
    const now = clock.now();
    const { nextSendAt } = channel;
    if (nextSendAt > now) {
      if (nextSendAt > deadline) return nextSendAt;
      await clock.sleep(nextSendAt - now);
      continue;
    }
    const record = delayNextSend(channel, destinations.minSendIntervalMs(name), now);
    if (await table.save({ kind: "channel", record })) return undefined;
    if (now > deadline) return now;
  }
}
