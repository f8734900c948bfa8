import { parseArgs } from "node:util";
import fc from "fast-check";
import { type SignableRequest, sign } from "../../lib/adapters/cloud/auth/sign.ts";
import { toolLoader } from "./install.ts";

// `npm run check:signer` signs random requests with our signer and with Huawei's own for Node. All signatures must be equal.

interface HuaweiSigner {
  sign(request: unknown, key: { getAk(): string; getSk(): string }): { Authorization: string };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ODD = ["ü", "ß", "一", "💥", ..."0129-_.~!()*$&+,;=:@ABCXYZ"];
// Not for paths: there Huawei's signer for Node encodes these twice, but the cloud documents encoding them once.
const ODD_IN_QUERY = [...ODD, ..." %?#/'\"<>[]{}|\\^`\t"];

const text = (units: Iterable<string>, minLength = 0) =>
  fc.string({ unit: fc.constantFrom(...LETTERS, ...units), minLength, maxLength: 12 });
const segment = text(ODD).filter((one) => one !== "." && one !== "..");
const value = fc.oneof(text(ODD_IN_QUERY), fc.array(text(ODD_IN_QUERY), { minLength: 1, maxLength: 4 }));
const headerName = text("019-").map((name) => `X-t${name}`);
const headerValue = fc.string({ unit: "grapheme-ascii", maxLength: 20 }).map((one) => one.trim());
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"),
  host: fc.domain(),
  path: fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join("/")}`),
  query: fc.dictionary(text(ODD_IN_QUERY, 1), value, { maxKeys: 5 }),
  headers: fc.uniqueArray(fc.tuple(headerName, headerValue), { selector: ([name]) => name.toLowerCase(), maxLength: 5 }),
  projectId: fc.option(text("0129", 1), { nil: undefined }),
  securityToken: fc.option(text("0129+/=", 1), { nil: undefined }),
  body: fc.option(fc.dictionary(text(ODD), fc.jsonValue({ maxDepth: 2 })), { nil: undefined }),
  at: fc.integer({ min: Date.UTC(2000), max: Date.UTC(2100) }),
  key: fc.record({ accessKey: text("0129", 1), secretKey: text(ODD_IN_QUERY, 1) }),
});
type Drawn = typeof request extends fc.Arbitrary<infer One> ? One : never;

const { values } = parseArgs({ options: { cases: { type: "string", default: "1000" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
try {
  const { AKSKSigner } = toolLoader()("@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js") as { AKSKSigner: HuaweiSigner };
  const drawn = fc.sample(request, { numRuns: Number(values.cases), seed });
  const unequal = drawn.filter((one) => ours(one) !== theirs(AKSKSigner, one));
  for (const one of unequal.slice(0, 3)) print(`unequal: ${JSON.stringify(one)}`);
  print(`${drawn.length - unequal.length} of ${drawn.length} signatures equal to Huawei's (seed ${seed})`);
  if (unequal.length > 0 || drawn.length === 0) process.exitCode = 1;
} catch (error) {
  print(`the signer cannot be checked: ${(error as Error).message.split("\n")[0]}`);
  process.exitCode = 1;
}

function headersOf({ headers, projectId, securityToken }: Drawn): Record<string, string> {
  return {
    ...Object.fromEntries(headers),
    ...(projectId !== undefined && { "X-Project-Id": projectId }),
    ...(securityToken !== undefined && { "X-Security-Token": securityToken }),
  };
}

function ours(drawn: Drawn): string {
  const query = Object.entries(drawn.query).flatMap(([name, values]) =>
    [values].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  const signable: SignableRequest = {
    method: drawn.method,
    url: `https://${drawn.host}${drawn.path}?${query.join("&")}`,
    headers: { ...headersOf(drawn), Host: drawn.host },
    ...(drawn.body !== undefined && { body: JSON.stringify(drawn.body) }),
  };
  return sign(signable, drawn.key, drawn.at).authorization;
}

function theirs(signer: HuaweiSigner, drawn: Drawn): string {
  const date = new Date(drawn.at).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const endpoint = `https://${drawn.host}${drawn.path}`;
  const headers = { ...headersOf(drawn), "X-Sdk-Date": date };
  const queryParams = structuredClone(drawn.query);
  const signed = { method: drawn.method, endpoint, headers, queryParams, data: drawn.body };
  return signer.sign(signed, { getAk: () => drawn.key.accessKey, getSk: () => drawn.key.secretKey }).Authorization;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
