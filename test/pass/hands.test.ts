import { expect, test } from "vitest";
import { createHands } from "../../lib/pass/hands.ts";

/** Takes one hand after the other, as a project's lane does; gives how many it holds. */
function taker(hands: ReturnType<typeof createHands>) {
  const owner = { holds: 0 };
  const done = (async () => {
    for (;;) {
      await hands.take(owner);
      owner.holds++;
    }
  })();
  void done;
  return owner;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("one that is alone may hold them all", async () => {
  const hands = createHands(8);
  const alone = taker(hands);
  await settle();
  expect(alone.holds).toBe(8);
});

test("two share evenly, however much the first one wants", async () => {
  const hands = createHands(8);
  const [greedy, late] = [taker(hands), taker(hands)];
  await settle();
  expect([greedy.holds, late.holds]).toEqual([4, 4]);
});

test("what a greedy one gives back goes to the one that came late", async () => {
  const hands = createHands(4);
  const greedy = taker(hands);
  await settle();
  const late = taker(hands);
  await settle();
  expect([greedy.holds, late.holds]).toEqual([4, 0]);
  for (let given = 0; given < 3; given++) hands.give(greedy);
  await settle();
  expect(late.holds).toBe(2);
});

test("one that has left leaves its share to the others", async () => {
  const hands = createHands(6);
  const leaving = {};
  await hands.take(leaving);
  const staying = taker(hands);
  await settle();
  expect(staying.holds).toBe(3);
  hands.give(leaving);
  hands.leave(leaving);
  await settle();
  expect(staying.holds).toBe(6);
});

test("more owners than hands are all served in turn", async () => {
  const hands = createHands(2);
  const served: number[] = [];
  await Promise.all(
    Array.from({ length: 9 }, async (_, index) => {
      const owner = {};
      await hands.take(owner);
      served.push(index);
      await settle();
      hands.give(owner);
      hands.leave(owner);
    }),
  );
  expect(served.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
