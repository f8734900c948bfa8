import { CLOCK_DIFFERENCE_MS, LONGEST_DELAY_MS } from "../../../lib/domain/stored-times.ts";
import type { InventoryPart, InventoryPlace, Lease } from "../../../lib/table-ports.ts";

/** The items without a record: leases, and the parts of inventories. */
export interface SmallItems {
  readLease(pk: string, now: number): Lease | undefined;
  takeLease(lease: Lease, now: number): boolean;
  renewLease(lease: Lease, now: number): boolean;
  readPart(place: InventoryPlace): InventoryPart | undefined;
  savePart(place: InventoryPlace, part: InventoryPart): boolean;
}

export function createSmallItems(): SmallItems {
  const leases = new Map<string, Lease & { writtenAt: number }>();
  const parts = new Map<string, InventoryPart>();
  const nameOf = ({ source, projectId, inventory, index }: InventoryPlace) => `${source}#${projectId}#${inventory}#${index}`;
  const held = (pk: string, now: number) => {
    const lease = leases.get(pk);
    const isHeld = lease && lease.until > now && lease.writtenAt <= now + LONGEST_DELAY_MS + CLOCK_DIFFERENCE_MS;
    return isHeld ? lease : undefined;
  };
  return {
    readLease(pk, now) {
      const lease = held(pk, now);
      if (!lease) return undefined;
      const { writtenAt: _, ...kept } = lease;
      return kept;
    },
    takeLease(lease, now) {
      const holder = held(lease.pk, now);
      if (holder && holder.owner !== lease.owner) return false;
      leases.set(lease.pk, { ...lease, writtenAt: now });
      return true;
    },
    renewLease(lease, now) {
      if (leases.get(lease.pk)?.owner !== lease.owner) return false;
      leases.set(lease.pk, { ...lease, writtenAt: now });
      return true;
    },
    // Copies, since the real table shares no object with a process.
    readPart: (place) => structuredClone(parts.get(nameOf(place))),
    savePart(place, { known, version }) {
      if ((parts.get(nameOf(place))?.version ?? 0) !== version) return false;
      parts.set(nameOf(place), { known: structuredClone(known), version: version + 1 });
      return true;
    },
  };
}
