import { type Answer, json } from "./answer.ts";
import { THROTTLED } from "./scripts.ts";

/** What a list would answer, for a fault to change. */
export interface Page {
  rows: object[];
  offset: number;
  /** The right in the cloud that the list needs. */
  right: string;
  /** Returns the page of these rows. */
  show(rows: object[]): Answer;
}

interface ListFault {
  about: string;
  answer(page: Page): Answer;
}

/** How a list can fail. */
export const LIST_FAULTS: Readonly<Record<string, ListFault>> = {
  "missing-right": {
    about: "403: the user lacks the right to list",
    answer: ({ right }) => json(403, { error_code: "APIGW.0305", error_msg: `Policy doesn't allow ${right} to be performed.` }),
  },
  narrowed: {
    about: "shows only every third row, as after a permission was narrowed",
    answer: ({ rows, show }) => show(rows.filter((_, index) => index % 3 === 0)),
  },
  slow: {
    about: "answers after 15 s",
    answer: ({ rows, show }) => ({ ...show(rows), delayMs: 15_000 }),
  },
  throttled: {
    about: "429 with Retry-After",
    answer: () => THROTTLED,
  },
  "page-shift": {
    about: "the first row is deleted after the first page, so that the next page lacks one row",
    answer: ({ rows, offset, show }) => show(offset === 0 ? rows : rows.slice(1)),
  },
};
