import * as z from "zod/mini";
import { MAX_WATCH_NAMES, MAX_WATCH_TAGS } from "../../../lib/domain/discovery/watch.ts";
import {
  isLog,
  listedOperations,
  SOURCE_NAMES,
  WATCHABLE_SOURCES,
  type WatchableSource,
} from "../../../lib/domain/job/sources.ts";
import { hiddenCharacter } from "../../../lib/domain/one-line.ts";
import { invalid } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { hiddenCharacterMessage, list, options, projectId } from "./schemas.ts";

const LONGEST_NAME = 255;
/** The cloud's own limits of a tag. */
const LONGEST_TAG = { key: 128, value: 255 };
const WATCHABLE = WATCHABLE_SOURCES.join(", ");

const source = z.enum(WATCHABLE_SOURCES, {
  error: ({ input }) =>
    SOURCE_NAMES.some((name) => name === input)
      ? `cannot be ${input}, since its service lists no operations of a project: it must be one of ${WATCHABLE}`
      : `must be one of ${WATCHABLE}`,
});
/** Visible text of one line, exactly as the cloud would return it. */
const text = (least: number, most: number) => {
  const error = `must be ${least} to ${most} characters`;
  return z.string().check(
    z.minLength(least, { error, abort: true }),
    z.maxLength(most, { error, abort: true }),
    z.refine((given) => hiddenCharacter(given) === undefined, {
      error: ({ input }) => hiddenCharacterMessage(String(input)),
    }),
  );
};
const everyOperation = [...new Set(WATCHABLE_SOURCES.flatMap((name) => listedOperations(name)))];
const tags = z
  .record(text(1, LONGEST_TAG.key), text(0, LONGEST_TAG.value))
  .check(z.refine((given) => Object.keys(given).length <= MAX_WATCH_TAGS, `must be at most ${MAX_WATCH_TAGS} tags`));

export const watchOrder = z.strictObject({
  source,
  projectId: z.optional(projectId),
  operations: z.optional(
    list(z.string(), 1, everyOperation.length, "operations").check(z.describe(`Operations of the source: ${byEachSource()}`)),
  ),
  names: z
    .optional(list(text(1, LONGEST_NAME), 1, MAX_WATCH_NAMES, "names"))
    .check(
      z.describe("Patterns for the name of the resource. `*` stands for any text, `?` for one character. One must match."),
    ),
  tags: z
    .optional(tags)
    .check(z.describe("The resource must have all of these tags. Not for `cbr-log`, whose log has no tags.")),
  channels: z.optional(options.channels),
  notifyOn: z.optional(options.notifyOn),
});
export type WatchOrder = z.infer<typeof watchOrder>;

export const noQuery = z.strictObject({});

/** Throws 422 with one error for each invalid place. */
export function parseWatchOrder(body: unknown): WatchOrder {
  const order = validate(watchOrder, body);
  const known = listedOperations(order.source);
  const errors = (order.operations ?? []).flatMap((operation, index) =>
    known.includes(operation) ? [] : [{ pointer: `/operations/${index}`, detail: `must be one of ${known.join(", ")}.` }],
  );
  if (order.tags !== undefined && isLog(order.source))
    errors.push({ pointer: "/tags", detail: `must be absent, since the log of ${order.source} has no tags. Use names.` });
  if (errors.length > 0) throw invalid(errors);
  return order;
}

function byEachSource(): string {
  const wordsOf = (name: WatchableSource) => `${listedOperations(name).join(", ")} (${name})`;
  return WATCHABLE_SOURCES.map(wordsOf).join("; ");
}
