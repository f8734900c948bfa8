import { type Channel, newChannel } from "../domain/channel/channel.ts";
import type { Subject } from "../domain/stored-record.ts";
import { channelPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveChange } from "../shared/save-record.ts";

type ChannelSubject = Extract<Subject, { kind: "channel" }>;
type Needs = Pick<Ports, "table">;

/** A channel of which nothing is written yet is one that stands idle. */
export async function readChannel({ table }: Needs, name: string): Promise<Channel> {
  const found = await table.read(channelPk(name));
  return found?.kind === "channel" ? found.record : newChannel(name);
}

/** `change` returns its argument for "nothing to do". */
export async function saveChannel({ table }: Needs, name: string, change: (channel: Channel) => Channel): Promise<void> {
  const absent: ChannelSubject = { kind: "channel", record: newChannel(name) };
  const changed = (subject: ChannelSubject) => {
    const record = change(subject.record);
    return record === subject.record ? subject : { ...subject, record };
  };
  await saveChange(table, channelPk(name), changed, absent);
}
