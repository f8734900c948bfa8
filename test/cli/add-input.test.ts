import { expect, it } from "vitest";
import { type Answer, jobwatch } from "./jobwatch.ts";

const SHARE = "77ba6f23-9b1c-4f6e-8a53-1d2b6c3a9e10";
const OTHER = "8c1d2b6c-3a9e-4f6e-8a53-77ba6f239b1c";
const EXTEND = ["--source", "sfs-turbo-share", "--operation", "extend"];
const extension = (shareId: string) => ({ source: "sfs-turbo-share", shareId, operation: "extend" });

const job = { jobId: "job-1", state: "running" };
const registered = (_: string, url: string, { jobs = [] }: { jobs?: object[] }): Answer => ({
  status: 201,
  body: url.endsWith("/batch") ? { results: jobs.map(() => ({ status: 201, job })) } : job,
});
const add = (input: string | Buffer, args: string[] = []) => jobwatch(["add", "-", ...args], registered, input);

it.each<[name: string, input: string, args: string[], jobs: object[]]>([
  ["the answer of an extension", `{"id":"${SHARE}","name":"data-01"}`, EXTEND, [extension(SHARE)]],
  [
    "a share that was read",
    `{"id":"${SHARE}","status":"200","sub_status":"121","tags":[{"key":"a"}]}`,
    EXTEND,
    [extension(SHARE)],
  ],
  ["one answer a line", `{"id":"${SHARE}"}\n{"id":"${OTHER}"}\n`, EXTEND, [extension(SHARE), extension(OTHER)]],
  ["answers without a separator", `{"id":"${SHARE}"}{"id":"${OTHER}"}`, EXTEND, [extension(SHARE), extension(OTHER)]],
  [
    "several pretty answers",
    `{\n  "id": "${SHARE}"\n}\n{\n  "id": "${OTHER}"\n}\n`,
    EXTEND,
    [extension(SHARE), extension(OTHER)],
  ],
  ["a list", `[{"id":"${SHARE}"},{"share_id":"${OTHER}"}]`, EXTEND, [extension(SHARE), extension(OTHER)]],
  ["brackets and quotes in texts", `{"name":"a\\"}]{\\\\","id":"${SHARE}"}`, EXTEND, [extension(SHARE)]],
  ["ids of shares, one a line", `${SHARE}\r\n\r\n${OTHER}`, EXTEND, [extension(SHARE), extension(OTHER)]],
  ["the simulated cloud's answer for a share", JSON.stringify(extension(SHARE)), [], [extension(SHARE)]],
  ["its answer for an ECS job", '{"source":"ecs-job","jobId":"job-1"}', [], [{ source: "ecs-job", jobId: "job-1" }]],
  [
    "answers of several sources",
    `${JSON.stringify(extension(SHARE))}\n{"job_id":"job-1"}`,
    [],
    [extension(SHARE), { jobId: "job-1" }],
  ],
  [
    "a task with its share",
    `{"source":"sfs-turbo-task","share_id":"${SHARE}","feature":"hpc-cache","task_id":"t-1"}`,
    [],
    [{ source: "sfs-turbo-task", shareId: SHARE, feature: "hpc-cache", taskId: "t-1" }],
  ],
  ["options before the answer", JSON.stringify({ ...extension(SHARE), operation: "create" }), EXTEND, [extension(SHARE)]],
])("add - registers %s", async (_, input, args, jobs) => {
  const { exit, err, requests } = await add(input, args);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(requests.map(({ body }) => body)).toEqual(jobs.length === 1 ? jobs : [{ jobs }]);
});

const PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>";

it.each<[name: string, input: string | Buffer, args: string[], error: string]>([
  ["nothing", " \n", [], "Standard input is empty. Did the command before the pipe fail?"],
  ["a web page", PAGE, [], `Standard input is a web page, not the cloud's JSON answer: "${PAGE}".`],
  ["headers of curl -i", 'HTTP/2 202\r\n\r\n{"id":"x"}', [], "Standard input begins with HTTP headers. Use curl without -i."],
  [
    "a sentence",
    "upstream connect error, reset reason: timeout 504",
    [],
    'Line 1 of standard input is not an id (SFS Turbo job): "upstream connect error, reset reason: timeout 504". Send the cloud\'s JSON answer, or one id per line.',
  ],
  [
    "a sentence after ids",
    `${SHARE}\nDone.`,
    EXTEND,
    'Line 2 of standard input is not an id (SFS Turbo share): "Done.". Send the cloud\'s JSON answer, or one id per line.',
  ],
  [
    "the null of jq",
    "null\n",
    [],
    'Line 1 of standard input is not an id (SFS Turbo job): "null". Send the cloud\'s JSON answer, or one id per line.',
  ],
  [
    "an error of SFS Turbo",
    '{"errCode":"SFS.TURBO.0015","errMsg":"do not have the operation permission"}',
    EXTEND,
    'Standard input is an error response of the cloud: "SFS.TURBO.0015 do not have the operation permission".',
  ],
  [
    "an error of the gateway, after an answer",
    `{"id":"${SHARE}"}\n{"error_msg":"Incorrect IAM authentication","error_code":"APIGW.0301","request_id":"9f"}`,
    EXTEND,
    'Answer 2 on standard input is an error response of the cloud: "APIGW.0301 Incorrect IAM authentication".',
  ],
  [
    "an error of OpenStack",
    '{"error":{"code":401,"title":"Unauthorized","message":"The request requires authentication."}}',
    [],
    'Standard input is an error response of the cloud: "401 The request requires authentication.".',
  ],
  ["cut JSON", '{"job_id":"26f6b5', [], 'Standard input is incomplete JSON. It ends with "{"job_id":"26f6b5".'],
  ["wrong JSON", "{job_id: 1}", [], 'Standard input is not valid JSON here: "{job_id: 1}".'],
  ["text after JSON", '{"job_id":"a1"} done', [], 'Standard input is not valid JSON here: "done".'],
  ["an empty list", "[]", [], "Standard input is an empty list."],
  [
    "a share without its operation",
    `{"id":"${SHARE}","name":"data-01"}`,
    [],
    "Standard input is JSON without jobId or job_id; it has id, name. For an operation on a share, use --source sfs-turbo-share --operation <name>.",
  ],
  [
    "a task without its share",
    '{"task_id":"t-1"}',
    [],
    "Standard input is JSON without jobId or job_id; it has task_id. For a task on a share, use --source sfs-turbo-task --share <id> --feature <name>.",
  ],
  ["an empty id", '{"job_id":null}', [], "Standard input is JSON without jobId or job_id. Did the cloud accept the request?"],
  [
    "an order",
    '{"order_id":"CS2201010000"}',
    ["--source", "ecs-job"],
    "Standard input is JSON without jobId or job_id; it has order_id. Did the cloud accept the request?",
  ],
  ["an id that is no share", '{"id":"abc"}', EXTEND, 'Standard input has the shareId "abc". It must be the UUID of a share.'],
  [
    "UTF-16",
    Buffer.from('\ufeff{"job_id":"a1"}', "utf16le"),
    [],
    "Standard input is UTF-16 or binary, not UTF-8. Convert it first. Windows PowerShell 5.1 writes UTF-16.",
  ],
  [
    "compressed bytes",
    Buffer.from([0x1f, 0x8b, 0x08, 0x41]),
    [],
    "Standard input is not UTF-8 text. Is it compressed? Use curl with --compressed.",
  ],
])("add - sends nothing for %s, and explains it", async (_, input, args, error) => {
  const ran = await add(input, args);
  expect(ran).toEqual({ exit: 64, out: "", err: `jobwatch: ${error} Nothing was registered.\n`, requests: [] });
});

it("add names the right that the cloud refuses", async () => {
  const lastPoll = {
    since: "2026-11-27T12:00:00.000Z",
    outcome: "not-permitted",
    reason: "APIGW.0305 Policy doesn't allow it",
  };
  const body = { jobId: `${SHARE}.extend.1`, source: "sfs-turbo-share", state: "registered", lastPoll };
  const ran = await jobwatch(["add", "-", ...EXTEND], () => ({ status: 202, body }), `{"id":"${SHARE}"}`);
  expect(ran.exit).toBe(0);
  expect(ran.err).toMatch(
    /: not permitted \(APIGW\.0305 .*\); grant sfsturbo:shares:getShare to the cloud user of sfs-jobwatch\n$/,
  );
});
