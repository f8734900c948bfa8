import { describe, expect, it } from "vitest";
import type { CloudSettings } from "../../../lib/adapters/cloud/auth/settings.ts";
import { type Answer, observationOf } from "../../../lib/adapters/cloud/http/answer.ts";
import { createCloudClient } from "../../../lib/adapters/cloud/http/client.ts";
import { unreachable } from "../../../lib/adapters/cloud/http/unreachable.ts";
import type { Credentials } from "../../../lib/domain/cloud-credentials.ts";
import type { Observation } from "../../../lib/domain/job/job.ts";
import { answerJson, type Handler, serverForTest } from "../../http-server.ts";
import { answerToken, DAY, PROJECT } from "./scripted-cloud.ts";

const ACCESS_KEY = { kind: "access-key", accessKey: "CANARYACCESSKEY00001", secretKey: "canary-secret-key" } as const;
const BY_PASSWORD = { kind: "password", username: "robot", password: "canary-password", domain: "OTC-1" } as const;
const FIXED_TOKEN = { kind: "token", token: "fixed" } as const;
const MINUTE = 60_000;

const accept: Handler = (_, response) => answerJson(response, 200, {});
const refuse: Handler = (_, response) => answerJson(response, 401, { error_code: "APIGW.0301", error_msg: "Incorrect" });
const silent: Handler = () => undefined;

interface Host {
  answer: Handler;
  cloudClient(projectId?: string): Promise<Observation>;
  requests(): number;
}

/** Starts one service with several hosts of the cloud. `answers` has the status of each answer, in order. */
async function hostsOf(credentials: Credentials, first: Handler[], more: Partial<CloudSettings> = {}) {
  const clock = { at: Date.UTC(2026, 10, 24), now: () => clock.at, sleep: async () => undefined };
  let signIns = 0;
  const identity = await serverForTest((_, response) => answerToken(response, `token-${++signIns}`, clock.at + DAY));
  const settings = { region: "eu-de", authUrl: `${identity.url}/v3`, credentials, sockets: 64, ...more };
  const silence = () => undefined;
  const cloudClient = createCloudClient(settings, { clock, log: { info: silence, warn: silence, error: silence } });
  const answers: number[] = [];
  const seen = { kind: "seen" } as Observation;
  const upstream = "the job API";
  const read = (answer: Answer, now: number) => observationOf(answer, { upstream, seen: () => seen, missing: [] }, now);
  const hosts = await Promise.all(
    first.map(async (handler) => {
      const host = { answer: handler } as Host;
      const server = await serverForTest(async (request, response) => {
        await host.answer(request, response);
        answers.push(response.statusCode);
      });
      host.cloudClient = (projectId = PROJECT) =>
        cloudClient({ projectId, url: `${server.url}/v1/jobs/x`, upstream, read }, 4_000);
      host.requests = () => server.requests.length;
      return host;
    }),
  );
  /** Maximum rejections in a row. */
  const refusedInARow = () => Math.max(0, ...runsOf(answers, 401));
  return { clock, hosts, answers, refusedInARow, signIns: () => signIns };
}

function runsOf(answers: number[], wanted: number): number[] {
  const runs = [0];
  for (const answer of answers) answer === wanted ? runs.push((runs.pop() ?? 0) + 1) : runs.push(0);
  return runs;
}

const kinds = async (asked: Promise<Observation>[]) => new Set((await Promise.all(asked)).map(({ kind }) => kind));
const SEEN = new Set(["seen"]);
const times = <Result>(count: number, work: () => Result): Result[] => Array.from({ length: count }, work);

/** Polls both hosts 20 times each, the second at the same time or after the first. */
async function askBoth(first: Host, second: Host, isApart: boolean): Promise<[Observation[], Observation[]]> {
  const asked = times(20, () => first.cloudClient());
  if (isApart) await Promise.all(asked);
  return await Promise.all([Promise.all(asked), Promise.all(times(20, () => second.cloudClient()))]);
}

const ORDERS = [
  { order: "the accepting host first", isRejectingFirst: false, isApart: true },
  { order: "the rejecting host first", isRejectingFirst: true, isApart: true },
  { order: "both at once, the accepting host first", isRejectingFirst: false, isApart: false },
  { order: "both at once, the rejecting host first", isRejectingFirst: true, isApart: false },
];
const WAYS = [
  { name: "an access key", credentials: ACCESS_KEY, maxRejections: 11, maxInARow: 5, maxSignIns: 0 },
  { name: "a password", credentials: BY_PASSWORD, maxRejections: 440, maxInARow: 60, maxSignIns: 2 },
  { name: "a fixed token", credentials: FIXED_TOKEN, maxRejections: 200, maxInARow: 60, maxSignIns: 0 },
];

describe.each(ORDERS)("with two hosts, one of which rejects, polled $order", ({ isRejectingFirst, isApart }) => {
  it.each(WAYS)("the other one is never delayed with $name", async (way) => {
    const { clock, hosts, refusedInARow, signIns } = await hostsOf(way.credentials, [accept, refuse]);
    const [good, bad] = hosts as [Host, Host];
    for (let minute = 0; minute < 10; minute++) {
      const answers = await (isRejectingFirst ? askBoth(bad, good, isApart) : askBoth(good, bad, isApart));
      const [ofGood, ofBad] = isRejectingFirst ? answers.toReversed() : answers;
      expect(new Set(ofGood?.map(({ kind }) => kind))).toEqual(SEEN);
      for (const observation of ofBad ?? []) expect(observation).toMatchObject({ cause: "credentials" });
      clock.at += MINUTE;
    }
    expect(bad.requests()).toBeLessThanOrEqual(way.maxRejections);
    expect(refusedInARow()).toBeLessThanOrEqual(way.maxInARow);
    expect(signIns()).toBeLessThanOrEqual(way.maxSignIns);
  });
});

describe("an access key", () => {
  it("that all hosts reject is tried at three targets, and then once a minute over all hosts and projects", async () => {
    const { clock, hosts } = await hostsOf(ACCESS_KEY, [refuse, refuse, refuse, refuse]);
    const projects = times(3, () => crypto.randomUUID().replaceAll("-", ""));
    const requests = () => hosts.reduce((sum, host) => sum + host.requests(), 0);
    const askAll = () =>
      Promise.all(projects.flatMap((project) => hosts.flatMap((host) => times(5, () => host.cloudClient(project)))));
    for (const observation of await askAll()) expect(observation).toMatchObject({ cause: "credentials", reason: "APIGW.0301" });
    expect(requests()).toBe(3);
    for (let minute = 1; minute <= 20; minute++) {
      clock.at += MINUTE;
      await askAll();
      expect(requests()).toBe(3 + minute);
    }
    for (const host of hosts) host.answer = accept;
    clock.at += MINUTE;
    await askAll();
    expect(new Set((await askAll()).map(({ kind }) => kind))).toEqual(SEEN);
  });

  it("that was accepted by all and is deleted gets at most five requests in a row", async () => {
    const { clock, hosts, refusedInARow } = await hostsOf(
      ACCESS_KEY,
      times(12, () => accept),
    );
    for (const host of hosts) expect((await host.cloudClient()).kind).toBe("seen");
    for (const host of hosts) host.answer = refuse;
    for (let second = 0; second < 59; second++) {
      for (const host of hosts) expect(await host.cloudClient()).toMatchObject({ cause: "credentials" });
      clock.at += 1_000;
    }
    expect(refusedInARow()).toBe(5);
  });

  it("is rejected at most three times in a row by hosts that are polled at once, while the accepting one is idle", async () => {
    const { hosts, refusedInARow } = await hostsOf(ACCESS_KEY, [accept, ...times(11, () => refuse)]);
    const [good, ...bad] = hosts as [Host, ...Host[]];
    expect((await good.cloudClient()).kind).toBe("seen");
    await Promise.all(bad.flatMap((host) => times(10, () => host.cloudClient())));
    expect(refusedInARow()).toBe(3);
    expect(await kinds(times(20, () => good.cloudClient()))).toEqual(SEEN);
  });

  it("is not locked for a rarely polled host by the rejections of another: the waits grow", async () => {
    const { clock, hosts, refusedInARow } = await hostsOf(ACCESS_KEY, [accept, refuse]);
    const [good, bad] = hosts as [Host, Host];
    for (let quarter = 0; quarter < 8; quarter++) {
      expect((await good.cloudClient()).kind).toBe("seen");
      for (let minute = 0; minute < 15; minute++) {
        expect(await bad.cloudClient()).toMatchObject({ cause: "credentials" });
        clock.at += MINUTE;
      }
    }
    expect(refusedInARow()).toBeLessThanOrEqual(5);
    bad.answer = accept;
    for (let minute = 0; minute < 10; minute++) {
      await bad.cloudClient();
      clock.at += MINUTE;
    }
    expect((await bad.cloudClient()).kind).toBe("seen");
  });

  it("that one host starts to reject still works at the other, with requests in flight", async () => {
    const { hosts } = await hostsOf(ACCESS_KEY, [accept, accept]);
    const [good, bad] = hosts as [Host, Host];
    await Promise.all([good.cloudClient(), bad.cloudClient()]);
    const { promise, resolve } = Promise.withResolvers<void>();
    bad.answer = async (request, response) => {
      await promise;
      await refuse(request, response);
    };
    const refused = times(20, () => bad.cloudClient());
    const meanwhile = times(20, () => good.cloudClient());
    resolve();
    await Promise.all(refused);
    expect(await kinds([...meanwhile, ...times(20, () => good.cloudClient())])).toEqual(SEEN);
    const before = bad.requests();
    await Promise.all(times(20, () => bad.cloudClient()));
    expect(bad.requests()).toBe(before);
  });

  it("is tried at a second host after one second if the first is silent", async () => {
    const { hosts } = await hostsOf(ACCESS_KEY, [silent, accept]);
    const [hanging, good] = hosts as [Host, Host];
    const began = Date.now();
    const first = hanging.cloudClient();
    expect(await kinds(times(20, () => good.cloudClient()))).toEqual(SEEN);
    expect(Date.now() - began).toBeLessThan(3_500);
    expect(await first).toMatchObject({ cause: "unavailable" });
  });
});

describe("a token", () => {
  it("that one host rejects is kept for the others if the identity service is down", async () => {
    const { hosts, signIns } = await hostsOf(BY_PASSWORD, [accept, refuse]);
    const [good, bad] = hosts as [Host, Host];
    expect((await good.cloudClient()).kind).toBe("seen");
    const answers = await Promise.all(times(20, () => [bad.cloudClient(), good.cloudClient()]).flat());
    expect(answers.filter(({ kind }) => kind === "seen")).toHaveLength(20);
    expect(answers).toContainEqual(unreachable("credentials", "the job API rejects a token that other services accept"));
    expect(signIns()).toBe(1);
  });

  it("that becomes invalid is replaced once for all hosts, which had just accepted it", async () => {
    let valid = "token-1";
    const onlyValid: Handler = (request, response) =>
      (request.headers["x-auth-token"] === valid ? accept : refuse)(request, response);
    const { clock, hosts, signIns } = await hostsOf(BY_PASSWORD, [onlyValid, onlyValid]);
    for (const host of hosts) expect((await host.cloudClient()).kind).toBe("seen");
    clock.at += 1_000;
    valid = "token-2";
    expect(await kinds(hosts.flatMap((host) => times(10, () => host.cloudClient())))).toEqual(SEEN);
    expect(signIns()).toBe(2);
  });

  it("of a host that rejects every other one costs one sign-in per minute", async () => {
    let count = 0;
    const flapping: Handler = (request, response) => (++count % 2 === 0 ? refuse : accept)(request, response);
    const { clock, hosts, signIns } = await hostsOf(BY_PASSWORD, [flapping]);
    for (let second = 0; second < 600; second += 5) {
      await hosts[0]?.cloudClient();
      clock.at += 5_000;
    }
    expect(signIns()).toBeLessThanOrEqual(11);
  });
});

it.each([
  { name: "an access key", credentials: ACCESS_KEY },
  { name: "a password", credentials: BY_PASSWORD },
  { name: "a fixed token", credentials: FIXED_TOKEN },
])("hosts that reject $name cause one read of the secrets in five minutes, all together", async ({ credentials }) => {
  let reads = 0;
  const rereadCredentials = async () => {
    reads++;
    return { ...credentials };
  };
  const { clock, hosts } = await hostsOf(credentials, [accept, refuse, refuse, refuse], { rereadCredentials });
  for (let minute = 0; minute < 15; minute++) {
    const [good] = await Promise.all(hosts.flatMap((host) => times(5, () => host.cloudClient())));
    expect(good?.kind).toBe("seen");
    clock.at += MINUTE;
  }
  expect(reads).toBe(3);
});
