import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

// Runs every operation of the API as each team on the records of each other team. The routes come from the app, so that a new
// route is included, or fails here until its parameters are known.

/** One name is the prefix of another, which reveals table keys that are split wrongly. */
const TEAMS = ["storage", "storage-2", "s"] as const;
type Team = (typeof TEAMS)[number];
const PAIRS = TEAMS.flatMap((owner) => TEAMS.filter((other) => other !== owner).map((other) => ({ owner, other })));
const CHANNEL_OF = { storage: "general", "storage-2": "projects", s: "operators" };
const KINDS = ["open", "ended", "last"];

const keyOf = (team: Team) => `sfsjw_key-of-${team}`;
const jobsOf = (team: Team) => KINDS.map((kind) => `${kind}-of-${team}-team`);
const watchIds: Record<string, string> = {};
const titleOf = (team: Team) => `secret of ${team}.`;

interface Operation {
  method: string;
  place: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** The path has a job or channel of the owner. */
  isAimed: boolean;
}

let world: World;
let routes: { method: string; path: string }[];

beforeAll(async () => {
  const CHANNELS = JSON.stringify(Object.fromEntries(TEAMS.map((team) => [CHANNEL_OF[team], { teams: [team] }])));
  world = await startWorld({ CHANNELS, OPS_CHANNEL: "general" });
  world.cloud.answer("*", { status: "running" });
  routes = createApi(world.services).routes.filter(
    ({ method, path }) => method !== "ALL" && /^\/(jobs|watches|channels)/.test(path),
  );
  for (const team of TEAMS) {
    await addKey(world.table, keyOf(team), team);
    for (const jobId of jobsOf(team)) {
      await world.request("POST", "/jobs", { key: keyOf(team), body: { jobId, title: titleOf(team) } });
      world.clock.advance(1_000);
    }
    await world.request("DELETE", `/jobs/ended-of-${team}-team`, { key: keyOf(team) });
    const order = { source: "sfs-turbo-share", names: [titleOf(team)] };
    watchIds[team] = (await world.request("POST", "/watches", { key: keyOf(team), body: order })).body.watchId;
  }
});
afterAll(() => world.close());

/** Returns everything in the table that belongs to a team. */
async function holdings(team: Team): Promise<string[]> {
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  const own = Items.filter(
    ({ pk }) => pk?.S?.startsWith(`job#${team}#`) || pk?.S === `watches#${team}` || pk?.S === `channel#${CHANNEL_OF[team]}`,
  );
  return own.map((item) => JSON.stringify(item)).sort();
}

/** Returns requests to each route with the owner's names in the path, the query and the body. */
function operationsOn(owner: Team): Operation[] {
  const own = { jobId: "own" };
  const registrations = [
    { source: "sfs-turbo-share", names: [titleOf(owner)] },
    { ...own, channels: [CHANNEL_OF[owner]] },
    { ...own, team: owner },
    { team: owner },
    { jobs: [own, { ...own, channels: [CHANNEL_OF[owner]] }, { ...own, team: owner }] },
  ];
  const changes = [
    { title: "not theirs", silence: { until: new Date(world.clock.now() + 60_000).toISOString() } },
    { channels: [CHANNEL_OF[owner]] },
  ];
  const queries = [
    "",
    `?projectId=${PROJECT}`,
    "?state=open&limit=100",
    "?limit=100",
    "?state=late",
    "?source=sfs-turbo-job",
    `?team=${owner}`,
  ];
  return routes.flatMap(({ method, path }) => {
    const filled = jobsOf(owner).map((jobId) =>
      path.replace(":jobId", jobId).replace(":name", CHANNEL_OF[owner]).replace(":watchId", `${watchIds[owner]}`),
    );
    if (filled.some((place) => place.includes(":"))) throw new Error(`the parameters of ${path} are unknown: add them here`);
    const places = [...new Set(filled)].flatMap((place) => queries.map((query) => `${place}${query}`));
    const isAimed = path.includes(":");
    const bodies = { PATCH: changes, POST: isAimed ? [] : registrations, PUT: registrations }[method] ?? [];
    const headers = isAimed ? { prefer: "wait=1", "if-none-match": "*", "if-match": "*" } : { "idempotency-key": "theirs" };
    return places.flatMap((place) =>
      [{ headers }, ...bodies.map((body) => ({ body, headers }))].map((sent) => ({ method, place, ...sent, isAimed })),
    );
  });
}

/** Returns the owner's secrets in a response that were not in the request. */
function learned(owner: Team, { place, body }: Operation, answer: unknown): string[] {
  const [sent, received] = [`${place} ${JSON.stringify(body)}`, JSON.stringify(answer)];
  const secrets = [...jobsOf(owner), `${watchIds[owner]}`, titleOf(owner), `"${CHANNEL_OF[owner]}"`, `#${owner}#`];
  return secrets.filter((secret) => received.includes(secret) && !sent.includes(secret.replaceAll('"', "")));
}

describe.each(PAIRS)("team $other", ({ owner, other }) => {
  const key = keyOf(other);

  it(`sees and changes nothing of team ${owner} by any operation`, async () => {
    const operations = operationsOn(owner);
    const before = await holdings(owner);
    const posts = world.sink.posts.length;
    for (const operation of operations) {
      const { method, place, body, headers, isAimed } = operation;
      const answer = await world.request(method, place, { key, ...(body && { body }), ...(headers && { headers }) });
      const output = `${method} ${place} ${JSON.stringify(body)}`;
      expect(answer.status, output).toSatisfy((status) => (isAimed ? [404, 415, 422].includes(status) : status < 500));
      expect(learned(owner, operation, answer), output).toEqual([]);
    }
    expect(operations.length).toBeGreaterThan(40);
    expect(await holdings(owner)).toEqual(before);
    expect(world.sink.posts.length).toBe(posts);
  });

  it(`gets the same response for records of team ${owner} and for unknown ones`, async () => {
    const aimed = operationsOn(owner).filter(({ isAimed, place }) => isAimed && !place.includes("?"));
    for (const { method, place, body, headers } of aimed) {
      const sent = { key, ...(body && { body }), ...(headers && { headers }) };
      const nobodys = place
        .replace(/[^/]+-team\b/, "nobodys")
        .replace(CHANNEL_OF[owner], "nobodys")
        .replace(`${watchIds[owner]}`, "nobodys");
      const [one, none] = [await world.request(method, place, sent), await world.request(method, nobodys, sent)];
      expect(one, `${method} ${place}`).toEqual(none);
    }
    expect(aimed.length).toBeGreaterThanOrEqual(7);
  });

  it(`cannot use a cursor of team ${owner}, nor a forged one`, async () => {
    const rejected = await world.request("GET", "/jobs?cursor=garbage", { key });
    expect(rejected.status).toBe(422);
    const pks = [
      `job#${owner}#`,
      `job#${owner}#sfs-turbo-job#${PROJECT}#last-of-${owner}-team`,
      `key#${other}`,
      `job#${other}`,
    ];
    const forged = pks.flatMap((pk) =>
      [[], [0], [1], [2]].map((order) => Buffer.from(JSON.stringify([pk, world.clock.now(), ...order])).toString("base64url")),
    );
    for (const listing of ["?limit=1", "?limit=1&state=open", "?limit=2", "?limit=1&state=open&source=sfs-turbo-job"]) {
      const { next } = (await world.request("GET", `/jobs${listing}`, { key: keyOf(owner) })).body;
      expect(next).toBeTypeOf("string");
      for (const cursor of [next, ...forged])
        expect(await world.request("GET", `/jobs${listing}&cursor=${cursor}`, { key }), cursor).toEqual(rejected);
    }
  });

  it(`may track the same jobs as team ${owner}, and sees only its own records`, async () => {
    const before = await holdings(owner);
    for (const jobId of jobsOf(owner)) {
      const answer = await world.request("POST", "/jobs", { key, body: { jobId } });
      expect(answer.body).toMatchObject({ jobId, state: "running", channels: [CHANNEL_OF[other]], notifications: [] });
      expect(answer.body).not.toHaveProperty("title");
      expect((await world.request("DELETE", `/jobs/${jobId}`, { key })).body.state).toBe("stopped");
    }
    expect(await holdings(owner)).toEqual(before);
  });
});

it("rejects a cursor with an impossible time", async () => {
  for (const time of ["1e999", "1e300", "0.5", '"1"', "null"]) {
    const cursor = Buffer.from(`["job#s#sfs-turbo-job#${PROJECT}#open-of-s-team",${time}]`).toString("base64url");
    expect((await world.request("GET", `/jobs?cursor=${cursor}`, { key: keyOf("s") })).status, time).toBe(422);
  }
});
