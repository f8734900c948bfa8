import fc from "fast-check";
import { request, type Sent } from "../requests.ts";

/** The bytes to write to a socket. Incomplete ones simulate a sender that disconnects. */
export interface Exchange {
  bytes: Uint8Array;
}

const LENGTHS = ["-1", "abc", "0", "1", "99999", "1e3", "5, 5", "+5", "0x10", " "];
const FRAMES = [...LENGTHS.map((length) => `content-length: ${length}`), "transfer-encoding: chunked", "expect: 100-continue"];

const honest = request.map((sent) => headOf(sent, [`content-length: ${bodyOf(sent).length}`]));
const framed = fc
  .tuple(request, fc.subarray(FRAMES, { minLength: 1, maxLength: 2 }))
  .map(([sent, frames]) => headOf(sent, frames));
const chunked = fc.tuple(request, fc.constantFrom("", "0", "FFFFFFFF", "-1", "g", ";x=y")).map(([sent, size]) => {
  const body = bodyOf(sent);
  const head = headOf({ ...sent, body: undefined }, ["transfer-encoding: chunked"]);
  const length = size === "" ? body.length.toString(16) : size;
  return Buffer.concat([head, Buffer.from(`${length}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
});
const piped = fc.tuple(honest, honest, honest).map((all) => Buffer.concat(all));
const flipped = fc.tuple(honest, fc.nat(), fc.nat({ max: 255 })).map(([bytes, place, byte]) => {
  const copy = Buffer.from(bytes);
  copy[place % copy.length] = byte;
  return copy;
});
const cut = fc.tuple(honest, fc.nat()).map(([bytes, place]) => bytes.subarray(0, place % bytes.length));
const noise = fc.uint8Array({ maxLength: 200 });

export const bytes: fc.Arbitrary<Exchange> = fc
  .oneof({ weight: 4, arbitrary: honest }, framed, chunked, piped, flipped, cut, noise)
  .map((all) => ({ bytes: all }));

/** Writes characters above 0x7f as latin1, like a sender that does not know UTF-8. */
function bodyOf({ body }: Sent): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return typeof body === "string" ? Buffer.from(body, "latin1") : Buffer.from(JSON.stringify(body));
}

function headOf(sent: Sent, frames: string[]): Buffer {
  const { method, path, query, headers } = sent;
  const target = `${path}${query && `?${query}`}`.replaceAll(/[^\x21-\x7e]/g, "");
  const lines = [`${method} ${target} HTTP/1.1`, "host: jobwatch.example.com"];
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== "content-length") lines.push(`${name}: ${Buffer.from(String(value)).toString("latin1")}`);
  }
  return Buffer.concat([Buffer.from([...lines, ...frames, "\r\n"].join("\r\n"), "latin1"), bodyOf(sent)]);
}
