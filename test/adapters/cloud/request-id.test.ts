import { expect, it } from "vitest";
import { answerJson } from "../../http-server.ts";
import { JOB, type Script, scriptedCloud } from "./scripted-cloud.ts";

const ID = { "X-Request-Id": "r-1" };
const answer = (status: number, body: unknown): Script => ({ poll: (_, response) => answerJson(response, status, body, ID) });

it.each<{ name: string; script: Script; kind: string }>([
  { name: "a job that is seen", script: answer(200, { status: "running" }), kind: "seen" },
  { name: "a job that is missing", script: answer(404, { errCode: "SFS.TURBO.0019" }), kind: "missing" },
  { name: "an error response", script: answer(403, {}), kind: "unreachable" },
  { name: "a redirect", script: answer(302, {}), kind: "unreachable" },
  { name: "an invalid response", script: answer(200, []), kind: "unreachable" },
  { name: "a body that is too long", script: answer(200, "x".repeat(2 ** 19)), kind: "unreachable" },
  {
    name: "an error response of the identity service",
    script: { token: (_, response) => answerJson(response, 403, {}, ID) },
    kind: "unreachable",
  },
  {
    name: "an identity service with a response that is too long",
    script: { token: (_, response) => answerJson(response, 201, "x".repeat(2 ** 19), ID) },
    kind: "unreachable",
  },
])("keeps the request id of $name", async ({ script, kind }) => {
  const { cloud } = await scriptedCloud(script);
  expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind, requestId: "r-1" });
});
