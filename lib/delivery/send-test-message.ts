import { afterTest, type SendOutcome } from "../domain/channel/channel.ts";
import type { Ports } from "../ports.ts";
import { saveChannel } from "./channel-record.ts";

/**
 * Sends a test message, the only check that a webhook offers. One that arrives releases a parked channel, and what
 * it kept is told by the next tick; one that finds the destination dead parks it.
 */
export async function testChannel(
  { table, destinations, clock }: Pick<Ports, "table" | "destinations" | "clock">,
  name: string,
  opsChannel: string,
): Promise<SendOutcome> {
  const outcome = await destinations.send(name, [], { id: "test", mayRepeat: false, plain: false });
  const to = { destination: destinations.address(name), opsChannel };
  await saveChannel({ table }, name, (channel) => afterTest(channel, outcome, clock.now(), to));
  return outcome;
}
