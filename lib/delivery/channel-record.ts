import { type Channel, newChannel } from "../domain/channel/channel.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { channelPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveChange } from "../shared/save-record.ts";

type StoredChannel = Extract<StoredRecord, { kind: "channel" }>;
type Deps = Pick<Ports, "table">;

/** Returns a new, idle channel if none is stored. */
export async function readChannel({ table }: Deps, name: string): Promise<Channel> {
  const stored = await table.read(channelPk(name));
  return stored?.kind === "channel" ? stored.record : newChannel(name);
}

/** `change` returns its argument if nothing has to be saved. */
export async function saveChannel({ table }: Deps, name: string, change: (channel: Channel) => Channel): Promise<void> {
  const absent: StoredChannel = { kind: "channel", record: newChannel(name) };
  const changed = (stored: StoredChannel) => {
    const record = change(stored.record);
    return record === stored.record ? stored : { ...stored, record };
  };
  await saveChange(table, channelPk(name), changed, absent);
}
