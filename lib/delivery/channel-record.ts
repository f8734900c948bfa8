import { type Channel, newChannel } from "../domain/channel/channel.ts";
import { channelPk } from "../domain/table-keys.ts";
import { saveOrCreate } from "../shared/save-record.ts";
import type { RecordStore } from "../table-ports.ts";

interface Deps {
  table: RecordStore;
}

/** Returns a new, idle channel if none is stored. */
export async function readChannel({ table }: Deps, name: string): Promise<Channel> {
  const stored = await table.read(channelPk(name));
  return stored?.kind === "channel" ? stored.record : newChannel(name);
}

export async function saveChannel({ table }: Deps, name: string, change: (channel: Channel) => Channel): Promise<void> {
  await saveOrCreate(table, { kind: "channel", record: newChannel(name) }, change);
}
