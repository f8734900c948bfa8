import { saveChannel } from "./delivery/channel-record.ts";
import { afterTest, type SendOutcome } from "./job/channel.ts";
import type { Ports } from "./ports.ts";

/**
 * Sends a test message, the only check that Slack offers of a webhook. One that arrives releases a parked channel, and what
 * it kept is told by the next tick; one that finds the destination dead parks it.
 */
export async function testChannel(
  { table, slack, clock }: Pick<Ports, "table" | "slack" | "clock">,
  name: string,
  opsChannel: string,
): Promise<SendOutcome> {
  const outcome = await slack.send(name, [], { id: "test", mayRepeat: false, plain: false });
  const to = { destination: slack.destination(name), opsChannel };
  await saveChannel({ table }, name, (channel) => afterTest(channel, outcome, clock.now(), to));
  return outcome;
}
