import { describe, expect, it } from "vitest";
import { parseErrorBody } from "../../../lib/adapters/cloud/http/errors.ts";

describe("an error body", () => {
  it.each([
    {
      name: "SFS Turbo writes errCode and errMsg",
      body: { errCode: "SFS.TURBO.0019", errMsg: "invalid job ID" },
      fault: { code: "SFS.TURBO.0019", text: "invalid job ID" },
    },
    {
      name: "the gateway writes error_code and error_msg",
      body: { error_code: "APIGW.0307", error_msg: "The token must be updated.", request_id: "r" },
      fault: { code: "APIGW.0307", text: "The token must be updated." },
    },
    {
      name: "the identity service nests, with a number",
      body: { error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" } },
      fault: { code: "401", text: "The username or password is wrong." },
    },
    {
      name: "DCS nests, with a text",
      body: { error: { code: "111401001", message: "no", ext_message: "x" } },
      fault: { code: "111401001", text: "no" },
    },
    {
      name: "siblings write code and message",
      body: { code: "Ecs.0005", message: "no" },
      fault: { code: "ECS.0005", text: "no" },
    },
    {
      name: "siblings write errorCode and errorMsg",
      body: { errorCode: "A.1", errorMsg: "no" },
      fault: { code: "A.1", text: "no" },
    },
    ...["forbidden", "itemNotFound", "badRequest", "overLimit", "computeFault", "NeutronError"].map((wrapper) => ({
      name: `OpenStack wraps in ${wrapper}`,
      body: { [wrapper]: { message: "Invalid share: Share status must be one of (available).", code: 403 } },
      fault: { code: "403", text: "Invalid share: Share status must be one of (available)." },
    })),
    {
      name: "a request id can stand beside OpenStack's wrapper",
      body: { request_id: "r", details: {}, badRequest: { message: "no", code: 400 } },
      fault: { code: "400", text: "no" },
    },
    { name: "a wrapper without words says nothing", body: { forbidden: { code: {} } }, fault: {} },
    { name: "a title stands in for a message", body: { error: { title: "Gone" } }, fault: { text: "Gone" } },
    { name: "an error can be a text", body: { error: "Not Found" }, fault: { text: "Not Found" } },
    { name: "empty fields are passed over", body: { errCode: "", error_code: "APIG.0101" }, fault: { code: "APIG.0101" } },
    { name: "a code in small letters is raised", body: { errCode: "sfs.turbo.0002" }, fault: { code: "SFS.TURBO.0002" } },
    { name: "a code with other signs is none", body: { errCode: "<script>", errMsg: "x" }, fault: { text: "x" } },
    { name: "a text becomes one line", body: { errMsg: "a\r\nb\u0000c" }, fault: { text: "a bc" } },
    {
      name: "a text is cut and says so",
      body: { errMsg: "x".repeat(5_000) },
      fault: { text: `${"x".repeat(200)}... 4,800 more characters` },
    },
    { name: "wrong types say nothing", body: { errCode: {}, errMsg: [1], error: [2] }, fault: {} },
    { name: "an array says nothing", body: [], fault: {} },
    { name: "null says nothing", body: null, fault: {} },
    { name: "no JSON says nothing", body: undefined, fault: {} },
  ])("$name", ({ body, fault }) => expect(parseErrorBody(body)).toEqual(fault));
});
