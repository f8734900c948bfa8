import { expect, it } from "vitest";
import { commandLineOf } from "./command-line.ts";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

const ID = "26f6b565-0000-4000-8000-03f0bd975433";
const OTHER = "26f7b565-0000-4000-8000-03f0bd975433";
const ANSWER = `{"job_id":"${ID}"}`;

const utf8 = (text: string) => Buffer.from(text);
const withBom = (text: string) => utf8(`\ufeff${text}`);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
const utf16BigEndian = (text: string) => utf16(text).swap16();

async function add(input: Buffer) {
  const commandLine = await commandLineOf(await worldWithCloud(sfsTurboJob("running")));
  const ran = await commandLine.jobwatch(["add", "-"], input);
  return { ...ran, jobIds: await commandLine.jobIds() };
}

it.each<[name: string, input: Buffer, jobIds: string[]]>([
  ["UTF-8 with a BOM", withBom(ANSWER), [ID]],
  ["CRLF around it", utf8(`\r\n${ANSWER}\r\n`), [ID]],
  ["pretty, CRLF", utf8(`{\r\n  "job_id": "${ID}"\r\n}\r\n`), [ID]],
  ["ids with CRLF and no last line end", utf8(`${ID}\r\n${OTHER}`), [ID, OTHER]],
  ["a single id, UTF-8 with a BOM", withBom(`${ID}\r\n`), [ID]],
  ["an id between blanks and tabs", utf8(`\t ${ID} \t\n`), [ID]],
])("%s is read", async (_, input, jobIds) => {
  expect(await add(input)).toMatchObject({ exit: 0, jobIds });
});

it.each<[name: string, input: Buffer]>([
  ["JSON in UTF-16, as Windows PowerShell 5.1 writes it", utf16(`${ANSWER}\r\n`)],
  ["an id in UTF-16", utf16(`${ID}\r\n`)],
  ["JSON in UTF-16, big endian", utf16BigEndian(`${ANSWER}\r\n`)],
  ["an id in UTF-16 without a BOM", utf16(`${ID}\r\n`).subarray(2)],
])("%s is read, or rejected with an error that names the encoding", async (_, input) => {
  const { exit, err, jobIds } = await add(input);
  if (exit === 0) expect(jobIds).toEqual([ID]);
  else expect({ exit, err, jobIds }).toEqual({ exit: 64, err: expect.stringMatching(/UTF-16|UTF-8|encod/i), jobIds: [] });
});

it.each<[name: string, input: string]>([
  ["a gateway's page", "<html><body><h1>502 Bad Gateway</h1></body></html>"],
  ["a proxy's sentence", "upstream connect error or disconnect/reset before headers. reset reason: connection timeout"],
  ["headers of curl -i without a body", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"],
  ["an error of the cloud", '{"errCode":"SFS.TURBO.0015","errMsg":"do not have the operation permission"}'],
  ["nothing", ""],
])("%s is rejected before anything is sent", async (_, input) => {
  const { exit, err, jobIds } = await add(utf8(input));
  expect({ exit, lines: err.trimEnd().split("\n").length, jobIds }).toEqual({ exit: 64, lines: 1, jobIds: [] });
});
