import { afterTest, type Channel, newChannel, type SendOutcome } from "./job/channel.ts";
import { channelPk } from "./job/names.ts";
import type { Subject } from "./job/subject.ts";
import type { Ports } from "./ports.ts";
import { saveChange } from "./save-change.ts";

type ChannelSubject = Extract<Subject, { kind: "channel" }>;
type Needs = Pick<Ports, "table" | "slack" | "clock">;

export async function readChannel({ table }: Pick<Ports, "table">, name: string): Promise<Channel> {
  const found = await table.read(channelPk(name));
  return found?.kind === "channel" ? found.record : newChannel(name);
}

/**
 * Sends a test message, the only check that Slack offers of a webhook. One that arrives releases a parked channel, and what
 * it kept is told by the next tick; one that finds the destination dead parks it.
 */
export async function testChannel({ table, slack, clock }: Needs, name: string, opsChannel: string): Promise<SendOutcome> {
  const outcome = await slack.send(name, [], { id: "test", mayRepeat: false, plain: false });
  const absent: ChannelSubject = { kind: "channel", record: newChannel(name) };
  const change = (subject: ChannelSubject) => ({
    ...subject,
    record: afterTest(subject.record, outcome, clock.now(), { destination: slack.destination(name), opsChannel }),
  });
  await saveChange(table, channelPk(name), change, absent);
  return outcome;
}
