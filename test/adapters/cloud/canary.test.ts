import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { otherEndpoints } from "../../../infra/local/environment.ts";
import { readConfig } from "../../../lib/config/config.ts";
import type { Observation } from "../../../lib/domain/job/job.ts";
import { SOURCE_NAMES, type SourceName, WATCHABLE_SOURCES, type WatchableSource } from "../../../lib/domain/job/sources.ts";
import { createServices } from "../../../lib/services.ts";
import { serverForTest } from "../../http-server.ts";
import { PROJECT } from "../../jobs.ts";
import { SAMPLES } from "./sources/samples.ts";

// A cloud that repeats every secret of a request, in every encoding, at every place, for every source and way to sign in.

const CANARY = 'MIIF/CANARY/abc+def=="\\';
const TOKEN = "MIIF/CANARY/abc+def==";
const WAYS: Record<string, { environment: Record<string, string>; secrets: string[] }> = {
  token: { environment: { OS_TOKEN: TOKEN }, secrets: [TOKEN] },
  password: {
    environment: { OS_USERNAME: "robot", OS_PASSWORD: CANARY, OS_USER_DOMAIN_NAME: "OTC-1" },
    secrets: [CANARY, TOKEN],
  },
  "access key": {
    environment: { OS_ACCESS_KEY: "AKCANARY/7890ABCDEF", OS_SECRET_KEY: CANARY, OS_SECURITY_TOKEN: `${TOKEN}${TOKEN}` },
    secrets: ["AKCANARY/7890ABCDEF", CANARY, `${TOKEN}${TOKEN}`],
  },
};

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const bytes = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** Encodings of a secret in a JSON string. */
const ENCODINGS: Record<string, (secret: string) => string> = {
  "as it is": json,
  "escaped slashes": (secret) => json(secret).replaceAll("/", "\\/"),
  u002f: (secret) => json(secret).replaceAll("/", "\\u002f"),
  u002F: (secret) => json(secret).replaceAll("/", "\\u002F"),
  "all units": (secret) => [...secret].map(unit).join(""),
  "every other unit": (secret) => [...secret].map((one, index) => (index % 2 ? json(one) : unit(one))).join(""),
  percent: (secret) => encodeURIComponent(secret),
  "percent in small letters": (secret) => encodeURIComponent(secret).replaceAll(/%../g, (one) => one.toLowerCase()),
  "percent for every byte": bytes,
  "percent for some": (secret) => json(secret).replaceAll("A", "%41"),
  "percent twice": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  "base64 behind a user name": (secret) => Buffer.from(`robot:${secret}`).toString("base64"),
  "base64 between others": (secret) => Buffer.from(`ab${secret}yz`).toString("base64"),
  "base64 in percent": (secret) => encodeURIComponent(Buffer.from(secret).toString("base64")),
  hexadecimal: (secret) => Buffer.from(secret).toString("hex"),
  "HTML entities": (secret) => json(secret.replaceAll("&", "&amp;").replaceAll("/", "&#x2F;")),
  "JSON in a text": (secret) => json(JSON.stringify({ output: secret })),
  "JSON in a text, in units": (secret) => json(`{"said":"${[...secret].map(unit).join("")}"}`),
  "over two lines": (secret) => `${json(secret.slice(0, 9))}\\n${json(secret.slice(9))}`,
  "around an invisible character": (secret) => `${json(secret.slice(0, 9))}\u200e${json(secret.slice(9))}`,
};

/** Replaces every text of a body except ids, states and times. */
function withEverywhere(sample: object, text: string): object {
  const place = (key: string, value: unknown) =>
    typeof value === "string" && !/(^|_)id$|status|time|_at$|created|ended/.test(key) ? text : value;
  return JSON.parse(JSON.stringify(sample, place));
}

const PLACE = "@secret@";
const PLACES: Record<string, (source: SourceName) => { status: number; body: object }> = {
  "body and sub jobs": (source) => ({ status: 200, body: withEverywhere(SAMPLES[source].failed, PLACE) }),
  "an unknown status": (source) => ({
    status: 200,
    body: JSON.parse(JSON.stringify(SAMPLES[source].unknown).replaceAll(/"status":"\w+"/g, `"status":"${PLACE}"`)),
  }),
  "a key": (source) => ({
    status: 200,
    body: JSON.parse(JSON.stringify(SAMPLES[source].running).replace("CREATING", PLACE)),
  }),
  "an error of SFS Turbo": () => ({ status: 404, body: { errCode: "SFS.TURBO.0019", errMsg: PLACE } }),
  "an error of the gateway": () => ({ status: 403, body: { error_code: "APIGW.0302", error_msg: PLACE, request_id: PLACE } }),
  "an error of credentials": () => ({ status: 401, body: { error_code: "APIGW.0301", error_msg: `not exist ${PLACE}` } }),
  "an error of OpenStack": () => ({ status: 403, body: { [PLACE]: { message: PLACE, code: 403 } } }),
  "an error's code": () => ({ status: 400, body: { errCode: PLACE, errMsg: "no" } }),
};

const LIST_PLACES: Record<WatchableSource, object> = {
  "sfs-turbo-share": {
    shares: [{ ...SAMPLES["sfs-turbo-share"].running, name: PLACE, size: PLACE, tags: [{ key: PLACE, value: PLACE }] }],
  },
  "cbr-log": {
    operation_logs: [
      {
        ...(withEverywhere(SAMPLES["cbr-log"].failed, PLACE) as { operation_log: object }).operation_log,
        extra_info: { resource: { id: PLACE, name: PLACE } },
      },
    ],
  },
};

interface Cloud {
  poll(source: SourceName): Promise<Observation>;
  list(source: WatchableSource): Promise<object>;
  answer(status: number, body: string, headers?: Record<string, string>): void;
}

async function cloudFor(environment: Record<string, string>): Promise<Cloud> {
  let [status, body, headers]: [number, string, Record<string, string>] = [200, "{}", {}];
  const server = await serverForTest((request, response: ServerResponse) => {
    if (request.method === "POST") response.writeHead(201, { "x-subject-token": TOKEN }).end('{"token":{}}');
    else response.writeHead(status, headers).end(body);
  });
  const config = readConfig({
    STAGE: "local",
    TABLE_NAME: "none",
    OS_PROJECT_ID: PROJECT,
    OS_AUTH_URL: `${server.url}/v3`,
    ...environment,
    SFS_TURBO_ENDPOINT: server.url,
    SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(server.url)),
    SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T1/B1/x",
  });
  const { cloud, lists } = createServices(config);
  return {
    list: (source) => lists.list({ source, projectId: PROJECT, since: 0 }, 10_000),
    poll: (source) => {
      // Rejected credentials back off for a minute.
      const one = status === 401 ? createServices(config).cloud : cloud;
      return one.poll({ source, projectId: PROJECT, jobId: SAMPLES[source].jobId }, 10_000);
    },
    answer: (...next) => {
      [status, body, headers = {}] = next;
    },
  };
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, "%25"));
}

/** Finds a secret in every encoding in which it can be recovered. */
function readable(result: object): string {
  const shown = JSON.stringify(result);
  const plain = decoded(decoded(shown));
  const base64 = (shown.match(/[\w+/=-]{12,}/g) ?? []).map((run) => Buffer.from(run, "base64").toString("latin1"));
  return [shown, plain, plain.replaceAll(/\\|\s/g, ""), ...base64].join(" ");
}

describe.each(Object.entries(WAYS))("signed in by %s", (_, { environment, secrets }) => {
  it.each(SOURCE_NAMES)(
    "%s gives no secret away that the cloud repeats",
    async (source) => {
      const cloud = await cloudFor(environment);
      for (const [place, answerAt] of Object.entries(PLACES)) {
        const { status, body } = answerAt(source);
        for (const [encoding, encode] of Object.entries(ENCODINGS)) {
          for (const secret of secrets) {
            const encoded = encode(secret);
            cloud.answer(status, JSON.stringify(body).replaceAll(PLACE, `see ${encoded.replaceAll("$", "$$$$")}.`));
            const observation = await cloud.poll(source);
            const shown = readable(observation);
            const start = JSON.parse(`"${encoded}"`).slice(0, 12);
            expect([place, encoding, shown.includes("CANARY") || shown.includes(start) ? shown : ""]).toEqual([
              place,
              encoding,
              "",
            ]);
          }
        }
      }
    },
    60_000,
  );

  it.each(WATCHABLE_SOURCES)("the list of %s gives no secret away that the cloud repeats", async (source) => {
    const cloud = await cloudFor(environment);
    for (const [encoding, encode] of Object.entries(ENCODINGS)) {
      for (const secret of secrets) {
        const encoded = encode(secret);
        cloud.answer(200, JSON.stringify(LIST_PLACES[source]).replaceAll(PLACE, `see ${encoded.replaceAll("$", "$$$$")}.`));
        const listing = await cloud.list(source);
        expect(listing).toMatchObject({ kind: "listed", resources: { length: 1 } });
        const shown = readable(listing);
        const start = JSON.parse(`"${encoded}"`).slice(0, 12);
        expect([encoding, shown.includes("CANARY") || shown.includes(start) ? shown : ""]).toEqual([encoding, ""]);
      }
    }
  });

  it("no request id reveals a secret, and only the secret in a text is masked", async () => {
    const cloud = await cloudFor(environment);
    for (const secret of secrets) {
      for (const encoding of ["as it is", "percent", "base64", "hexadecimal"]) {
        const header = JSON.parse(`"${ENCODINGS[encoding]?.(secret)}"`);
        cloud.answer(503, "", { "x-request-id": header });
        expect(readable(await cloud.poll("sfs-turbo-job"))).not.toContain(header.slice(0, 12));
      }
      for (const encode of [ENCODINGS["all units"], ENCODINGS["percent in small letters"], ENCODINGS.base64]) {
        cloud.answer(403, `{"error_msg":"user ${encode?.(secret)} may not"}`);
        expect(await cloud.poll("sfs-turbo-job")).toMatchObject({
          reason: expect.stringMatching(/: user \S*\*\*\*\S* may not$/),
        });
      }
    }
  });
});

it("a password of digits is masked if the cloud repeats it as a number", async () => {
  const cloud = await cloudFor({ OS_USERNAME: "robot", OS_PASSWORD: "9182736455", OS_USER_DOMAIN_NAME: "OTC-1" });
  for (const number of ["9182736455", "9.182736455e9"]) {
    cloud.answer(200, `{"status":"failed","fail_reason":${number}}`);
    expect(await cloud.poll("sfs-turbo-job")).toMatchObject({ state: "failed", failReason: "***" });
  }
});
