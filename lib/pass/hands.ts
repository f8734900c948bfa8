export interface Hands {
  /** Resolves when a hand is free for this owner. */
  take(owner: object): Promise<void>;
  give(owner: object): void;
  /** The owner has nothing left to do: its share goes to the others. */
  leave(owner: object): void;
}

/**
 * So much work at once, shared evenly among those who have any: one whose every call hangs holds its share, and no more.
 * An owner waits for one hand at a time.
 */
export function createHands(count: number): Hands {
  const held = new Map<object, number>();
  const waiting = new Map<object, () => void>();

  const used = () => [...held.values()].reduce((sum, hands) => sum + hands, 0);
  const mayTake = (owner: object) => used() < count && (held.get(owner) ?? 0) < Math.ceil(count / held.size);
  const serve = () => {
    for (const [owner, resolve] of waiting) {
      if (!mayTake(owner)) continue;
      waiting.delete(owner);
      held.set(owner, (held.get(owner) ?? 0) + 1);
      resolve();
    }
  };

  return {
    take(owner) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(owner, held.get(owner) ?? 0);
      waiting.set(owner, resolve);
      serve();
      return promise;
    },
    give(owner) {
      held.set(owner, (held.get(owner) ?? 1) - 1);
      serve();
    },
    leave(owner) {
      held.delete(owner);
      serve();
    },
  };
}
