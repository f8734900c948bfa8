import fc from "fast-check";

// Requests of careless or hostile senders.

export const KEY = "Bearer sfsjw_test-key-of-team-storage";

/** The parts of API Gateway's event that the sender of a request controls. */
export interface Sent {
  method: string;
  path: string;
  query: string;
  headers: Record<string, unknown>;
  body?: unknown;
  isBase64Encoded: boolean;
}

const nasty = fc.constantFrom(
  ...[
    "",
    " ",
    "..",
    "%2e%2e",
    "a/b",
    "a?b",
    "a#c",
    "\u0000",
    "\ud800",
    "\u202e",
    "\r\nX: y",
    "<!channel>",
    "💥",
    "1e999",
    "x".repeat(300),
  ],
);
const value = fc.oneof(
  nasty,
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(null, true, -1, 1e308, [], {}, [[]]),
);
const names = fc.constantFrom(
  ...["jobId", "job_id", "projectId", "project_id", "source", "title", "channels", "notifyOn", "expectedMinutes", "labels"],
  ...[
    "runbookUrl",
    "verify",
    "silence",
    "jobs",
    "team",
    "state",
    "operations",
    "names",
    "tags",
    "__proto__",
    "constructor",
    "toString",
    "transitions",
  ],
);
const good = fc.constantFrom<[string, unknown][]>(
  ["title", "data-01"],
  ["labels", { a: "b" }],
  ["expectedMinutes", 5],
  ["verify", true],
  ["runbookUrl", "https://wiki.example.com/grow"],
);
const fields = fc.array(fc.oneof({ weight: 2, arbitrary: good }, fc.tuple(names, value)), { maxLength: 4 });
const jobId = fc.nat({ max: 99 }).map((index) => `job-${index}`);
/** Builds the JSON text itself, so that keys can repeat and `__proto__` is a normal key. */
const mutated = fc.tuple(jobId, fields).map(([id, pairs]) => {
  const members = [["jobId", id], ...pairs].map((pair) => pair.map((one) => JSON.stringify(one)).join(":"));
  return `{${members.join(",")}}`;
});
const batch = fc.array(mutated, { maxLength: 3 }).map((jobs) => `{"jobs":[${jobs.join(",")}]}`);
const change = fc
  .array(fc.oneof({ weight: 2, arbitrary: good.filter(([name]) => name !== "verify") }, fc.tuple(names, value)), {
    maxLength: 3,
  })
  .map((pairs) => `{${pairs.map((pair) => pair.map((one) => JSON.stringify(one)).join(":")).join(",")}}`);
const watchSource = fc.constantFrom("sfs-turbo-share", "cbr-log", "ecs-job", "\u0000");
const watchFields = fc.constantFrom<[string, unknown][]>(
  ["operations", ["extend"]],
  ["names", ["data-*", "<!channel>"]],
  ["tags", { team: "blue" }],
  ["notifyOn", ["failed"]],
);
const watchOrder = fc
  .tuple(watchSource, fc.array(fc.oneof({ weight: 2, arbitrary: watchFields }, fc.tuple(names, value)), { maxLength: 4 }))
  .map(([source, pairs]) => {
    const members = [["source", source], ...pairs].map((pair) => pair.map((one) => JSON.stringify(one)).join(":"));
    return `{${members.join(",")}}`;
  });
/** A valid body with one character replaced, inserted or removed. */
const flipped = fc
  .tuple(
    mutated,
    fc.nat(),
    fc.constantFrom("", '"', "\\", "{", "}", ",", ":", "\u0000", "\ud800", "\ufeff", "0", "e"),
    fc.boolean(),
  )
  .map(([text, place, put, kept]) => {
    const at = place % text.length;
    return text.slice(0, at) + put + text.slice(kept ? at : at + 1);
  });
const cut = fc.tuple(mutated, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
const deep = fc
  .tuple(fc.constantFrom("[", '{"a":', '{"labels":'), fc.integer({ min: 1, max: 2_500 }))
  .map(([part, n]) => part.repeat(n));
const body = fc.oneof({ weight: 4, arbitrary: mutated }, flipped, cut, deep, value, fc.json(), fc.constant(undefined));
const inBase64 = fc.oneof(
  { weight: 3, arbitrary: mutated.map((text) => Buffer.from(text).toString("base64")) },
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  fc.constantFrom("{}%%%", "A", "=", "e30", "e30=\n", "_-8", "A".repeat(30_000)),
);
const path = fc.oneof(
  fc.constantFrom(
    "/jobs",
    "/jobs",
    "/jobs",
    "/jobs",
    "/jobs/job-1",
    "/jobs/job-1/refresh",
    "/jobs/job-2/refresh",
    "/jobs/job-1/redeliver",
    "/jobs/job-1/transitions",
    "/jobs/batch",
    "/openapi.json",
    "/docs",
    "/jobs/",
    "/watches",
    "/watches/none",
    "/redeliver",
    "/silences",
    "/silences/none",
    "/channels",
    "/channels/nowhere/test",
    "/",
    "//jobs",
    "/jobs/..",
    "/%",
  ),
  nasty.map((text) => `/jobs/${encodeURIComponent(text.toWellFormed())}`),
  nasty.map((text) => `/watches/${encodeURIComponent(text.toWellFormed())}`),
  fc.webPath().map((text) => `/${text}`),
);
const query = fc.oneof(
  fc.constant(""),
  fc.webQueryParameters(),
  fc.constantFrom(
    "dryRun=true",
    "dryRun=1",
    "channel=general",
    "channel=%00",
    "limit=1e9",
    "limit[]=1",
    "state=open&state=lost",
    "state=late&label=a%3D%00&type=%F0%9F%92%A5",
    "label=__proto__&source=ecs-job",
    "cursor=1e9&limit=1",
    "cursor=%00",
    "projectId=..",
    "__proto__=1",
    "=&&=",
    "%",
  ),
);
const someQuery = fc.oneof({ weight: 3, arbitrary: fc.constant("") }, query);
const contentType = fc.constantFrom(
  "application/json",
  "application/json",
  "APPLICATION/JSON; charset=utf-16",
  "text/html",
  "",
  "💥",
);
const headers = fc
  .record({ type: contentType, key: fc.constantFrom(KEY, KEY, KEY, KEY, "Bearer", "Basic x", "💥", "") })
  .chain(({ type, key }) =>
    fc.constantFrom<Record<string, unknown>>(
      { "content-type": type, authorization: key },
      { "Content-Type": type, AUTHORIZATION: key },
      { "content-type": type, authorization: key, "content-length": "-1", "x-forwarded-for": "a,b" },
      { "content-type": type, authorization: key, "if-match": "*", "if-none-match": 'W/"1","2"', prefer: "wait=0, wait=x" },
      { "content-type": type, authorization: key, "if-match": "💥", "if-none-match": ",,", prefer: "=;wait" },
    ),
  );
const anywhere = fc.record({
  method: fc.oneof(
    { weight: 4, arbitrary: fc.constant("POST") },
    fc.constantFrom("GET", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"),
  ),
  path,
  query: someQuery,
  headers,
  body,
  isBase64Encoded: fc.constant(false),
});
const carried = fc.oneof(
  { weight: 4, arbitrary: body.map((body) => ({ body, isBase64Encoded: false })) },
  inBase64.map((body) => ({ body, isBase64Encoded: true })),
);
const goodHeaders = { "content-type": "application/json", authorization: KEY };
const idempotent = fc.constantFrom<Record<string, unknown>>(
  ...[
    {},
    {},
    {},
    { "idempotency-key": "a" },
    { "idempotency-key": '"b"' },
    { "idempotency-key": "" },
    { "idempotency-key": "💥" },
  ],
);
const registration = fc.record({ carried, query: someQuery, more: idempotent }).map(({ carried: sent, query, more }) => ({
  ...sent,
  query,
  method: "POST",
  path: "/jobs",
  headers: { ...goodHeaders, ...more },
}));
const aimed = fc.oneof(
  fc.tuple(fc.constant("POST"), fc.constant("/jobs/batch"), fc.oneof({ weight: 3, arbitrary: batch }, body)),
  fc.tuple(fc.constant("POST"), fc.constant("/watches"), fc.oneof({ weight: 3, arbitrary: watchOrder }, body)),
  fc.tuple(
    fc.constant("PATCH"),
    jobId.map((id) => `/jobs/${id}`),
    fc.oneof({ weight: 3, arbitrary: change }, body),
  ),
);
const bulkOrChange = fc
  .record({ aimed, query: someQuery, more: idempotent })
  .map(({ aimed: [method, path, sent], query, more }) => ({
    method,
    path,
    body: sent,
    query,
    headers: { ...goodHeaders, ...more },
    isBase64Encoded: false,
  }));
/** Most requests have a valid key and a route with a body, so that the body decides. */
export const request: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 3, arbitrary: registration },
  { weight: 2, arbitrary: bulkOrChange },
  { weight: 4, arbitrary: anywhere },
);
