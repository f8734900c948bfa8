import { expect, it } from "vitest";
import { jobwatch } from "./jobwatch.ts";

const job = (jobId: string, more: object = {}) => ({
  jobId,
  source: "sfs-turbo-job",
  projectId: "0123456789abcdef0123456789abcdef",
  state: "running",
  channels: ["storage-ops"],
  registeredAt: "2026-11-24T10:00:00.000Z",
  subJobs: [],
  transitions: [],
  notifications: [],
  ...more,
});
const noAnswer = () => ({ status: 500, body: {} });

it.each([
  ["lst", "Did you mean list?"],
  ["ad", "Did you mean add?"],
  ["stpo", "Did you mean stop?"],
])("suggests a command for %s", async (name, words) => {
  expect(await jobwatch([name], noAnswer)).toMatchObject({ exit: 64, err: expect.stringContaining(words) });
});

it("suggests an option, shows the help of a command with examples, and its version", async () => {
  expect((await jobwatch(["list", "--stat", "open"], noAnswer)).err).toContain("Did you mean --state?");
  const { exit, out } = await jobwatch(["silence", "--help"], noAnswer);
  expect({ exit, out }).toEqual({
    exit: 0,
    out: expect.stringMatching(/--for <duration>[\s\S]*Examples\n {2}jobwatch silence/),
  });
  expect((await jobwatch(["--version"], noAnswer)).out).toMatch(/^jobwatch \d+\.\d+\.\d+\n$/);
});

it("list applies filters that the service does not have, and says that there are more", async () => {
  const jobs = [
    job("a", { title: "grow Data-01" }),
    job("b", { labels: { env: "prod", team: "x" } }),
    job("c", { channels: ["other"] }),
  ];
  const listed = async (...args: string[]) => await jobwatch(["list", ...args], () => ({ status: 200, body: { jobs } }));
  const ids = async (...args: string[]) =>
    JSON.parse((await listed("--json", ...args)).out).jobs.map(({ jobId }: { jobId: string }) => jobId);
  expect(await ids("--title", "data")).toEqual(["a"]);
  expect(await ids("--label", "env", "--label", "team=x")).toEqual(["b"]);
  expect(await ids("--channel", "other")).toEqual(["c"]);
  expect((await listed("--limit", "2")).err).toBe("There are more jobs. --limit 4 lists more.\n");
  expect((await listed("--limit", "3")).err).toBe("");
});

it.each<[args: string[], method: string, url: string, body: unknown]>([
  [["silence", "a", "--until", "2030-01-31T18:00Z"], "PATCH", "/jobs/a", { silence: { until: "2030-01-31T18:00:00.000Z" } }],
  [["silence", "a", "--off"], "PATCH", "/jobs/a", { silence: null }],
  [
    ["pause", "a", "--until", "2030-01-31T18:00Z", "--reason", "x"],
    "PATCH",
    "/jobs/a",
    { pause: { until: "2030-01-31T18:00:00.000Z", reason: "x" } },
  ],
  [["resume", "a"], "PATCH", "/jobs/a", { pause: null }],
  [["refresh", "a"], "POST", "/jobs/a/refresh", undefined],
  [["redeliver", "a", "--channel", "c"], "POST", "/jobs/a/redeliver?channel=c", undefined],
])("%j sends one request", async (args, method, url, body) => {
  const ran = await jobwatch(args, () => ({ status: 200, body: job("a") }));
  expect(ran).toMatchObject({ exit: 0, err: "", requests: [{ method, url, body }] });
});

it("show says in words what happened, what to do, and where the page is", async () => {
  const transitions = [{ n: 1, at: "2026-11-24T10:00:00.000Z", kind: "status", state: "failed", reason: "sold out" }];
  const failed = job("a", { state: "failed", errorCode: "SFS.TURBO.0030", failReason: "sold out", transitions });
  const { out } = await jobwatch(["show", "a"], () => ({ status: 200, body: failed }));
  expect(out).toMatch(/^ {2}what to do +This share type is sold out/m);
  expect(out).toMatch(/^ {2}page +http:\/\/127\.0\.0\.1:\d+\/jobs\/a\?/m);
  expect(out).toMatch(/^ {4}2026-11-24 10:00:00 {2}Failed: sold out$/m);
});

it("open prints the address of the page, also without a browser", async () => {
  const { exit, out, err } = await jobwatch(["open", "a"], noAnswer);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/jobs\/a\n/);
});
