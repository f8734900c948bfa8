import { expect, it } from "vitest";
import { jobwatch } from "./jobwatch.ts";

const PROJECT = "0123456789abcdef0123456789abcdef";

const watched = {
  watchId: "watch-1",
  source: "sfs-turbo-share",
  projectId: PROJECT,
  channels: ["storage-ops"],
  createdAt: "2026-11-27T12:00:00.000Z",
  by: "ci",
  lastList: { outcome: "pending" },
};
const refused = {
  since: "2026-11-27T12:00:00.000Z",
  outcome: "not-permitted",
  reason: "SFS.TURBO.0015 do not have the operation permission",
  requestId: "9fd9",
  missingRight: "sfsturbo:shares:getAllShares",
};
const LINE = `watch-1  sfs-turbo-share  ${PROJECT}  all operations  to storage-ops`;
const REFUSED =
  "no list since 2026-11-27T12:00:00.000Z: not permitted (SFS.TURBO.0015 do not have the operation permission, request 9fd9); grant sfsturbo:shares:getAllShares to the cloud user of sfs-jobwatch";

const agoMinutes = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

it("watch without options watches the shares of the service's project", async () => {
  const ran = await jobwatch(["watch"], () => ({ status: 201, body: watched }));
  expect(ran).toMatchObject({ exit: 0, out: `watching ${LINE}\n`, err: "" });
  expect(ran.requests).toEqual([{ method: "POST", url: "/watches", body: { source: "sfs-turbo-share" } }]);
});

it("watch sends every option", async () => {
  const options = [
    ["--source", "cbr-log", "--project", PROJECT, "--operations", "backup,restore", "--name", "data-*", "--name", "home-?"],
    ["--tag", "team=hpc", "--tag", "env=a=b", "--channel", "one", "--channel", "two", "--notify-on", "failed,late"],
  ];
  const { requests } = await jobwatch(["watch", ...options.flat()], () => ({ status: 200, body: watched }));
  expect(requests.map(({ body }) => body)).toEqual([
    {
      source: "cbr-log",
      projectId: PROJECT,
      operations: ["backup", "restore"],
      names: ["data-*", "home-?"],
      tags: { team: "hpc", env: "a=b" },
      channels: ["one", "two"],
      notifyOn: ["failed", "late"],
    },
  ]);
});

it("watch exits with 0 and names the reason and the missing right if the cloud refuses the list", async () => {
  const ran = await jobwatch(["watch"], () => ({ status: 202, body: { ...watched, lastList: refused } }));
  expect(ran).toMatchObject({
    exit: 0,
    out: `watching ${LINE}\n`,
    err: `watch-1: ${REFUSED}. The watch is kept, and the list is tried again every minute.\n`,
  });
});

it("watches lists filters, channels and the last list, or what is wrong", async () => {
  const body = {
    watches: [
      { ...watched, lastList: { outcome: "listed", at: agoMinutes(3) } },
      {
        ...watched,
        operations: ["create", "extend"],
        names: ["data-*"],
        tags: { team: "hpc" },
        channels: ["one", "two"],
        lastList: { ...refused, at: agoMinutes(90) },
      },
      { ...watched, source: "cbr-log", operations: ["backup"], waiting: 12 },
    ],
  };
  const { exit, out } = await jobwatch(["watches"], () => ({ status: 200, body }));
  expect(exit).toBe(0);
  expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["watch-1", "sfs-turbo-share", PROJECT, "all operations", "to storage-ops", "listed 3 min ago"],
    [
      "watch-1",
      "sfs-turbo-share",
      PROJECT,
      "create, extend; named data-*; tagged team=hpc",
      "to one, two",
      `${REFUSED}; listed 1 h 30 min ago`,
    ],
    [
      "watch-1",
      "cbr-log",
      PROJECT,
      "backup",
      "to storage-ops",
      "not listed yet; 12 operations wait, because the team has too many open jobs",
    ],
    [""],
  ]);
  expect(JSON.parse((await jobwatch(["watches", "--json"], () => ({ status: 200, body }))).out)).toEqual(body);
});

it("watches says how to begin if there is none", async () => {
  const ran = await jobwatch(["watches"], () => ({ status: 200, body: { watches: [] } }));
  expect(ran).toMatchObject({ exit: 0, out: "No watches. Watch a project: jobwatch watch --project <id>\n" });
});

it("unwatch ends a watch", async () => {
  const ran = await jobwatch(["unwatch", "watch-1"], () => ({ status: 200, body: watched }));
  expect(ran).toMatchObject({ exit: 0, out: `stopped watching ${LINE}\n`, err: "" });
  expect(ran.requests).toEqual([{ method: "DELETE", url: "/watches/watch-1", body: undefined }]);
});

it.each<[args: string[], error: string]>([
  [["watch", "77ba6f23"], "This command takes no arguments. Unexpected: 77ba6f23."],
  [["watch", "--tag", "team"], "--tag team has no value. Use --tag name=value."],
  [["unwatch"], "<watchId> is missing."],
])("%j is wrong usage", async (args, error) => {
  const ran = await jobwatch(args, () => ({ status: 500, body: {} }));
  expect(ran).toEqual({ exit: 64, out: "", err: `jobwatch: ${error} See jobwatch ${args[0]} --help.\n`, requests: [] });
});

it("prints what the service rejects, and exits with 65", async () => {
  const problem = {
    type: "invalid",
    title: "Invalid",
    status: 422,
    detail: "",
    errors: [{ pointer: "/names/0", detail: "must not be empty." }],
  };
  const ran = await jobwatch(["watch", "--name", ""], () => ({ status: 422, body: problem }));
  expect(ran).toMatchObject({ exit: 65, out: "", err: "jobwatch: names/0: must not be empty.\n" });
});
