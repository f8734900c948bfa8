import { fairShare } from "../domain/schedule/fair-share.ts";
import { teamOfPk } from "../domain/table-keys.ts";

/**
 * Records in a queue, taken from the teams in turn, the oldest of each team first. So a team with many records does not delay the others.
 * A full queue drops the newest records of the largest teams. The next scan finds them again.
 */
export interface TeamQueue {
  readonly size: number;
  add(pk: string, since: number): void;
  delete(pk: string): void;
  /** Returns the records in the order in which they are due to be sent. */
  entries(): IterableIterator<[pk: string, since: number]>;
  teams(): string[];
  /** Moves these teams behind all others. */
  moveBack(teams: Iterable<string>): void;
}

interface TeamItems {
  items: Map<string, number>;
  isInOrder: boolean;
}

export function createTeamQueue(most: number): TeamQueue {
  const teams = new Map<string, TeamItems>();
  let size = 0;

  function trim(): void {
    const sizes = [...teams.values()].map(({ items }) => items.size);
    const limit = Math.max(Math.floor(fairShare(sizes, most)), 1);
    for (const team of teams.values()) {
      for (const pk of [...inOrder(team).keys()].slice(limit)) team.items.delete(pk);
    }
    size = [...teams.values()].reduce((sum, { items }) => sum + items.size, 0);
  }

  return {
    get size() {
      return size;
    },
    add(pk, since) {
      const name = teamOfPk(pk);
      const team = teams.get(name) ?? { items: new Map<string, number>(), isInOrder: true };
      teams.set(name, team);
      if (!team.items.has(pk)) size++;
      team.items.set(pk, since);
      team.isInOrder = false;
      // Trims at 125 % of the limit, so that it happens rarely.
      if (size > most * 1.25) trim();
    },
    delete(pk) {
      const name = teamOfPk(pk);
      const team = teams.get(name);
      if (team?.items.delete(pk)) size--;
      if (team?.items.size === 0) teams.delete(name);
    },
    *entries() {
      yield* inTurns([...teams.values()].map((team) => inOrder(team).entries()));
    },
    teams: () => [...teams.keys()],
    moveBack(names) {
      for (const name of names) {
        const team = teams.get(name);
        if (team && teams.delete(name)) teams.set(name, team);
      }
    },
  };
}

/** Takes one item of each list in turn. */
export function* inTurns<Item>(lists: Iterator<Item>[]): Generator<Item> {
  let left = lists;
  while (left.length > 0) {
    const more: Iterator<Item>[] = [];
    for (const list of left) {
      const { done, value } = list.next();
      if (done) continue;
      yield value;
      more.push(list);
    }
    left = more;
  }
}

function inOrder(team: TeamItems): Map<string, number> {
  if (!team.isInOrder) {
    team.items = new Map([...team.items].sort(([, one], [, other]) => one - other));
    team.isInOrder = true;
  }
  return team.items;
}
