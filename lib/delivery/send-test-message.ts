import { afterTest, type SendOutcome } from "../domain/channel/after-send.ts";
import type { Ports } from "../ports.ts";
import type { RecordStore } from "../table-ports.ts";
import { saveChannel } from "./channel-record.ts";

/**
 * Sends a test message, the only check that a webhook offers. If it arrives, a suspended channel is resumed and the next tick
 * delivers what waited. If the destination is dead, the channel is suspended.
 */
export async function testChannel(
  { table, destinations, clock }: Pick<Ports, "destinations" | "clock"> & { table: RecordStore },
  name: string,
  opsChannel: string,
): Promise<SendOutcome> {
  const outcome = await destinations.send(name, [], { id: "test", mayRepeat: false, plain: false });
  const to = { destination: destinations.address(name), opsChannel };
  await saveChannel({ table }, name, (channel) => afterTest(channel, outcome, clock.now(), to));
  return outcome;
}
