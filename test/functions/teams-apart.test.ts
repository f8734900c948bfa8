import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

// Every operation of the api by every team on what another team has. The routes are the app's own, so that a new one joins by
// itself, or fails here until it is said what its parameters name.

/** The beginning of one name is the whole of another: a key of the table that is cut wrongly would show. */
const TEAMS = ["storage", "storage-2", "s"] as const;
type Team = (typeof TEAMS)[number];
const PAIRS = TEAMS.flatMap((owner) => TEAMS.filter((other) => other !== owner).map((other) => ({ owner, other })));
const CHANNEL_OF = { storage: "general", "storage-2": "projects", s: "operators" };
const KINDS = ["open", "ended", "last"];

const keyOf = (team: Team) => `sfsjw_key-of-${team}`;
const jobsOf = (team: Team) => KINDS.map((kind) => `${kind}-of-${team}-team`);
const titleOf = (team: Team) => `secret of ${team}.`;

interface Operation {
  method: string;
  place: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** The route names one job or channel, here one of the owner's. */
  isAimed: boolean;
}

let world: World;
let routes: { method: string; path: string }[];

beforeAll(async () => {
  const CHANNELS = JSON.stringify(Object.fromEntries(TEAMS.map((team) => [CHANNEL_OF[team], { teams: [team] }])));
  world = await startWorld({ CHANNELS, OPS_CHANNEL: "general" });
  world.cloud.answer("*", { status: "running" });
  routes = createApi(world.services).routes.filter(({ method, path }) => method !== "ALL" && /^\/(jobs|channels)/.test(path));
  for (const team of TEAMS) {
    await addKey(world.table, keyOf(team), team);
    for (const jobId of jobsOf(team)) {
      await world.request("POST", "/jobs", { key: keyOf(team), body: { jobId, title: titleOf(team) } });
      world.clock.advance(1_000);
    }
    await world.request("DELETE", `/jobs/ended-of-${team}-team`, { key: keyOf(team) });
  }
});
afterAll(() => world.close());

/** All that the table holds of a team. */
async function holdings(team: Team): Promise<string[]> {
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  const own = Items.filter(({ pk }) => pk?.S?.startsWith(`job#${team}#`) || pk?.S === `channel#${CHANNEL_OF[team]}`);
  return own.map((item) => JSON.stringify(item)).sort();
}

/** What can be asked of each route with the names of what the owner has, in its path, its query and its body. */
function operationsOn(owner: Team): Operation[] {
  const own = { jobId: "own" };
  const registrations = [
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
    const filled = jobsOf(owner).map((jobId) => path.replace(":jobId", jobId).replace(":name", CHANNEL_OF[owner]));
    if (filled.some((place) => place.includes(":"))) throw new Error(`say what the parameters of ${path} name`);
    const places = [...new Set(filled)].flatMap((place) => queries.map((query) => `${place}${query}`));
    const isAimed = path.includes(":");
    const bodies = { PATCH: changes, POST: isAimed ? [] : registrations, PUT: registrations }[method] ?? [];
    const headers = isAimed ? { prefer: "wait=1", "if-none-match": "*", "if-match": "*" } : { "idempotency-key": "theirs" };
    return places.flatMap((place) =>
      [{ headers }, ...bodies.map((body) => ({ body, headers }))].map((sent) => ({ method, place, ...sent, isAimed })),
    );
  });
}

/** What of the owner stands in an answer and did not stand in the question. */
function learned(owner: Team, { place, body }: Operation, answer: unknown): string[] {
  const [asked, delivered] = [`${place} ${JSON.stringify(body)}`, JSON.stringify(answer)];
  const secrets = [...jobsOf(owner), titleOf(owner), `"${CHANNEL_OF[owner]}"`, `#${owner}#`];
  return secrets.filter((secret) => delivered.includes(secret) && !asked.includes(secret.replaceAll('"', "")));
}

describe.each(PAIRS)("team $other", ({ owner, other }) => {
  const key = keyOf(other);

  it(`sees, changes and learns of nothing of team ${owner} by any operation`, async () => {
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

  it(`hears the same of what team ${owner} has and of what nobody has`, async () => {
    const aimed = operationsOn(owner).filter(({ isAimed, place }) => isAimed && !place.includes("?"));
    for (const { method, place, body, headers } of aimed) {
      const sent = { key, ...(body && { body }), ...(headers && { headers }) };
      const nobodys = place.replace(/[^/]+-team\b/, "nobodys").replace(CHANNEL_OF[owner], "nobodys");
      const [one, none] = [await world.request(method, place, sent), await world.request(method, nobodys, sent)];
      expect(one, `${method} ${place}`).toEqual(none);
    }
    expect(aimed.length).toBeGreaterThanOrEqual(7);
  });

  it(`can use no cursor of a listing of team ${owner}, nor one made by hand`, async () => {
    const refusal = await world.request("GET", "/jobs?cursor=garbage", { key });
    expect(refusal.status).toBe(422);
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
        expect(await world.request("GET", `/jobs${listing}&cursor=${cursor}`, { key }), cursor).toEqual(refusal);
    }
  });

  it(`may watch the same jobs as team ${owner}, and sees its own watch of them alone`, async () => {
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

it("refuses a cursor whose time no table can hold", async () => {
  for (const time of ["1e999", "1e300", "0.5", '"1"', "null"]) {
    const cursor = Buffer.from(`["job#s#sfs-turbo-job#${PROJECT}#open-of-s-team",${time}]`).toString("base64url");
    expect((await world.request("GET", `/jobs?cursor=${cursor}`, { key: keyOf("s") })).status, time).toBe(422);
  }
});
