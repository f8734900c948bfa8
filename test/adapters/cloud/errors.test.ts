import { describe, expect, it } from "vitest";
import { parseErrorBody } from "../../../lib/adapters/cloud/http/errors.ts";

describe("an error body", () => {
  it.each([
    {
      name: "SFS Turbo writes errCode and errMsg",
      body: { errCode: "SFS.TURBO.0019", errMsg: "invalid job ID" },
      expected: { code: "SFS.TURBO.0019", text: "invalid job ID" },
    },
    {
      name: "the gateway writes error_code and error_msg",
      body: { error_code: "APIGW.0307", error_msg: "The token must be updated.", request_id: "r" },
      expected: { code: "APIGW.0307", text: "The token must be updated." },
    },
    {
      name: "the identity service nests, with a number",
      body: { error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" } },
      expected: { code: "401", text: "The username or password is wrong." },
    },
    {
      name: "DCS nests, with a text",
      body: { error: { code: "111401001", message: "no", ext_message: "x" } },
      expected: { code: "111401001", text: "no" },
    },
    {
      name: "other services write code and message",
      body: { code: "Ecs.0005", message: "no" },
      expected: { code: "ECS.0005", text: "no" },
    },
    {
      name: "other services write errorCode and errorMsg",
      body: { errorCode: "A.1", errorMsg: "no" },
      expected: { code: "A.1", text: "no" },
    },
    ...["forbidden", "itemNotFound", "badRequest", "overLimit", "computeFault", "NeutronError"].map((wrapper) => ({
      name: `OpenStack wraps in ${wrapper}`,
      body: { [wrapper]: { message: "Invalid share: Share status must be one of (available).", code: 403 } },
      expected: { code: "403", text: "Invalid share: Share status must be one of (available)." },
    })),
    {
      name: "a request id beside the wrapper of OpenStack",
      body: { request_id: "r", details: {}, badRequest: { message: "no", code: 400 } },
      expected: { code: "400", text: "no" },
    },
    { name: "a wrapper without text is ignored", body: { forbidden: { code: {} } }, expected: {} },
    { name: "a title replaces a missing message", body: { error: { title: "Gone" } }, expected: { text: "Gone" } },
    { name: "an error can be a text", body: { error: "Not Found" }, expected: { text: "Not Found" } },
    { name: "empty fields are skipped", body: { errCode: "", error_code: "APIG.0101" }, expected: { code: "APIG.0101" } },
    { name: "a code in lower case is converted", body: { errCode: "sfs.turbo.0002" }, expected: { code: "SFS.TURBO.0002" } },
    { name: "a code with other characters is ignored", body: { errCode: "<script>", errMsg: "x" }, expected: { text: "x" } },
    { name: "a text becomes one line", body: { errMsg: "a\r\nb\u0000c" }, expected: { text: "a bc" } },
    {
      name: "a long text is cut with a note",
      body: { errMsg: "x".repeat(5_000) },
      expected: { text: `${"x".repeat(200)}... 4,800 more characters` },
    },
    { name: "wrong types are ignored", body: { errCode: {}, errMsg: [1], error: [2] }, expected: {} },
    { name: "an array is ignored", body: [], expected: {} },
    { name: "null is ignored", body: null, expected: {} },
    { name: "a body that is not JSON is ignored", body: undefined, expected: {} },
  ])("$name", ({ body, expected }) => expect(parseErrorBody(body)).toEqual(expected));
});
