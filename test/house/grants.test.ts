import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Calls, callsOfAllPaths, REQUESTS } from "./all-paths.ts";
import { type Grant, grantsOf } from "./grants.ts";
import { isAllowed } from "./iam.ts";
import { type PackagedTree, packageTree } from "./packaged-tree.ts";
import { boundary, EVERYTHING } from "./policies.ts";

/** Actions that Lambda itself performs with the role. No client of ours makes these calls, so they cannot be recorded. */
const BY_LAMBDA: Record<keyof Calls, Record<string, string>> = {
  api: {
    "logs:CreateLogStream": "output of the function",
    "logs:PutLogEvents": "output of the function",
    "xray:PutTraceSegments": "tracing",
    "xray:PutTelemetryRecords": "tracing",
  },
  poll: {
    "logs:CreateLogStream": "output of the function",
    "logs:PutLogEvents": "output of the function",
    "xray:PutTraceSegments": "tracing",
    "xray:PutTelemetryRecords": "tracing",
    "sqs:SendMessage": "a failed event, to its on-failure destination",
  },
};

const BUS = { EVENT_BUS_NAME: "sfs-jobwatch-events" };

// SECRETS_PARAMETER names one parameter, or a path with several below it.
let trees: Record<"one" | "below", PackagedTree>;
let calls: Record<"one" | "below", Calls>;

beforeAll(async () => {
  const belowPath = { ...BUS, SECRETS_PARAMETER: "/sfs-jobwatch/dev/", TZ: "Asia/Tokyo" };
  const [one, below] = await Promise.all([packageTree(BUS), packageTree(belowPath, "077")]);
  trees = { one, below };
  calls = await callsOfAllPaths(trees);
}, 240_000);

afterAll(() => Promise.all(Object.values(trees ?? {}).map((tree) => tree.remove())));

test("the same sources give zips of the same bytes, in any folder, time zone and umask", () => {
  for (const name of ["api", "poll"] as const) expect(trees.below.zips[name].sha256).toBe(trees.one.zips[name].sha256);
});

test("every route of the template is requested", () => {
  const routes = Object.values(trees.one.resources).filter(({ Type }) => Type === "AWS::ApiGatewayV2::Route");
  expect(Object.keys(REQUESTS).sort()).toEqual(routes.map(({ Properties }) => Properties.RouteKey).sort());
});

test("every AWS command in the sources is recorded", async () => {
  const all = Object.values(calls).flatMap((kind) => [...kind.api, ...kind.poll]);
  const seen = all.map(({ action }) => action.split(":")[1]);
  const sent = await commandsOf(trees.one);
  expect(sent.length).toBeGreaterThan(5);
  expect(sent).toEqual(expect.arrayContaining(["GetParameter", "GetParametersByPath", "InvokeFunction"]));
  expect(sent.filter((command) => !seen.includes(command))).toEqual([]);
});

describe.each(["api", "poll"] as const)("%s", (name) => {
  const role = name === "api" ? "ApiRole" : "PollRole";

  test("makes only calls that its role grants", () => {
    for (const kind of ["one", "below"] as const) {
      const granted = grantsOf(trees[kind], role).map(({ action, resource }) => `${action} ${resource}`);
      const made = new Set(calls[kind][name].map(({ action, resource }) => `${action} ${resource}`));
      expect([...made].filter((call) => !granted.includes(call))).toEqual([]);
    }
  });

  test("has only grants that the boundary of both roles allows", () => {
    const grants = grantsOf(trees.one, role);
    expect(grants.map(({ action }) => action)).toContain("events:PutEvents");
    expect(grants.filter((grant) => !isAllowed({ policies: [EVERYTHING], boundary }, grant))).toEqual([]);
  });

  test("uses everything that its role grants, except what Lambda itself uses", () => {
    const made = Object.values(calls).flatMap((kind) => kind[name].map(({ action, resource }) => `${action} ${resource}`));
    const isUsed = ({ action, resource }: Grant) => made.includes(`${action} ${resource}`);
    const idle = grantsOf(trees.one, role).filter((grant, index) => {
      const below = grantsOf(trees.below, role)[index];
      return !isUsed(grant) && !(below && isUsed(below));
    });
    expect(idle.map(({ action }) => action).sort()).toEqual(Object.keys(BY_LAMBDA[name]).sort());
  });
});

/** Excludes api-keys.ts and transfer.ts: the scripts `keys`, `export` and `import` use the rest of them, with the operator's own permissions. */
async function commandsOf({ folder }: PackagedTree): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /^(lib|functions)\/.*(?<!keys|transfer)\.ts$/.test(file),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const commands = /new (\w+)Command\(|\bcallSsm\("(\w+)"|(service: "lambda")/g;
  return texts.flatMap((text) =>
    [...text.matchAll(commands)].map(([, table, parameters]) => table ?? parameters ?? "InvokeFunction"),
  );
}
