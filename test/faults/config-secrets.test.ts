import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, it, onTestFinished } from "vitest";
import { answerJson, type Handler, serverForTest } from "../http-server.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { tickInChild } from "./child-tick.ts";

// One story with every error in which a secret could leak, with a canary in each secret.

const CANARY = /c4n4ry/i;
const API_KEY = "sfsjw_c4n4ry-api-key";
const RECEIVER_SECRET = "whsec_c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryAA";
const SECRETS = {
  OS_USERNAME: "c4n4ry-user",
  OS_PASSWORD: "c4n4ry-password",
  OS_USER_DOMAIN_NAME: "c4n4ry-domain",
  AWS_SECRET_ACCESS_KEY: "c4n4ry-aws",
};

/** A cloud whose gateway repeats the request in its error pages. */
const babbling: Handler = ({ method, url, headers, body }, response) => {
  const output = JSON.stringify({ method, url, headers, body });
  const jobId = url.split("/").at(-1);
  if (method === "POST") {
    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    answerJson(response, 201, { token: { expires_at, echo: output } }, { "x-subject-token": "c4n4ry-iam-token" });
    return;
  }
  if (jobId === "page") response.writeHead(502, { "content-type": "text/html" }).end(`<html>${output}</html>`);
  else if (jobId === "invalid") response.writeHead(200, { "content-type": "text/html" }).end(output);
  else if (jobId === "refused")
    answerJson(response, 403, { error_code: "APIGW.0302", error_msg: `Not allowed: ${headers["x-auth-token"]}` });
  else if (jobId === "expired") answerJson(response, 401, { error_code: "APIGW.0307", error_msg: "Token", debug: output });
  else if (jobId === "reset") response.destroy();
  else answerJson(response, 200, { status: jobId === "failed" ? "failed" : "success", debug: output });
};

async function tableAsText(world: World): Promise<string> {
  const { Items } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return JSON.stringify(Items);
}

it("row 55: no error puts a secret into a log, a response, an item or a message", async () => {
  const cloud = await serverForTest(babbling);
  const slack = await serverForTest(({ url }, response) => {
    const [status, word] = url.endsWith("dead") ? [404, `no hook ${url}`] : url.endsWith("busy") ? [503, url] : [200, "ok"];
    response.writeHead(status as number, { location: url }).end(word);
  });
  const hook = (name: string) => `${slack.url}/services/T1/B1/c4n4ry${name}`;
  const hooks = {
    general: hook("ok"),
    dead: hook("dead"),
    busy: hook("busy"),
    gone: "http://127.0.0.1:9/services/T1/B1/c4n4rygone",
  };
  const cloudUrls = { OS_AUTH_URL: `${cloud.url}/v3`, SFS_TURBO_ENDPOINT: cloud.url };
  const receiver = await serverForTest(({ url, headers, body }, response) => {
    const output = JSON.stringify({ url, headers, body });
    const status = url.endsWith("gone") ? 410 : url.endsWith("wrong") ? 404 : url.endsWith("moved") ? 307 : 204;
    response.writeHead(status, { location: url }).end(status === 204 ? "" : output);
  });
  const receivers = Object.fromEntries(
    ["taken", "gone-hook", "wrong-hook", "moved-hook"].map((name) => [
      name,
      { url: `${receiver.url}/c4n4ry/${name.split("-")[0]}`, secrets: [RECEIVER_SECRET] },
    ]),
  );
  const settings = {
    ...SECRETS,
    WEBHOOKS: JSON.stringify(receivers),
    ...cloudUrls,
    SLACK_WEBHOOKS: JSON.stringify(hooks),
    HEARTBEAT_URL: `${slack.url}/ping/c4n4ry-busy`,
    OPS_CHANNEL: "general",
    DEFAULT_CHANNEL: "general",
  };
  const world = await startWorld(settings, Date.now() - 1_800_000);
  onTestFinished(() => world.close());
  await addKey(world.table, API_KEY, "storage");
  const delivered = [...Object.keys(hooks), ...Object.keys(receivers)];
  const answers: unknown[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    answers.push(await world.request(method, path, { key: API_KEY, ...(body !== undefined && { body }) }));
  };
  for (const jobId of ["succeeds", "failed", "page", "invalid", "refused", "expired", "reset"]) {
    await ask("POST", "/jobs", { jobId, channels: delivered });
  }
  for (const name of delivered) await ask("POST", `/channels/${name}/test`);
  await world.ticks(8);
  for (const path of ["/jobs", "/jobs/failed", "/channels", "/health", "/nothing", "/jobs?cursor=c"]) await ask("GET", path);
  answers.push(await world.request("GET", "/jobs", { key: `${API_KEY}-wrong` }));
  for (const jobId of ["page", "invalid", "refused", "expired", "reset"]) await ask("DELETE", `/jobs/${jobId}`);
  await ask("POST", "/jobs", { jobId: "last", channels: delivered });
  const { out, errors } = await tickInChild(world, SECRETS);
  expect(cloud.requests.some(({ headers, body }) => CANARY.test(JSON.stringify([headers, body])))).toBe(true);
  expect(slack.requests.length).toBeGreaterThan(8);
  expect(new Set(receiver.requests.map(({ url }) => url)).size).toBe(4);
  expect(receiver.requests.map(({ body, headers }) => body + headers["webhook-signature"]).join("\n")).not.toMatch(CANARY);
  expect(world.logged.length).toBeGreaterThan(10);
  expect(world.logged.join("\n")).toContain("heartbeat was not accepted");
  expect(out).toContain('"level"');
  expect(out + errors).not.toMatch(CANARY);
  expect(world.logged.join("\n")).not.toMatch(CANARY);
  expect(JSON.stringify(answers)).not.toMatch(CANARY);
  expect(await tableAsText(world)).not.toMatch(CANARY);
  expect(slack.requests.map(({ body }) => body).join("\n")).not.toMatch(CANARY);
}, 180_000);

it("row 55: a token that the cloud repeats in its error responses is shown nowhere", async () => {
  const cloud = await serverForTest(babbling);
  const world = await startWorld({ ...SECRETS, OS_AUTH_URL: `${cloud.url}/v3`, SFS_TURBO_ENDPOINT: cloud.url });
  onTestFinished(() => world.close());
  await world.register("refused");
  await world.ticks(8);
  expect(world.sink.messages).toHaveLength(1);
  expect(world.sink.messages[0]?.rendered).toContain("APIGW.0302");
  expect(JSON.stringify([world.sink.posts, world.logged, await tableAsText(world)])).not.toMatch(CANARY);
});
