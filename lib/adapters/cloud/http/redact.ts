import { parseJson } from "../../../domain/json.ts";
import { cleanLine } from "./text.ts";

const MASK = "***";
/** Shorter secrets are not masked: they would match ordinary words. */
const PIECE = 4;
/** Matches characters that can start or hide an escape: non-ASCII and \ % &. A text without them contains a secret only unescaped. */
const HAS_ESCAPES = /[^ -$'-[\]-~]/;
const JSON_HAS_ESCAPES = /[^\t\n\r -$'-[\]-~]/;

/** The unescaped spellings of secrets, prepared for the search in many texts. */
export interface Secrets {
  /** The longest first, so that a spelling that contains another is masked as a whole. */
  spellings: readonly string[];
  /** Length of the shortest spelling. */
  shortest: number;
  /** All 4-character pieces of the first `shortest` characters of each spelling. A text is probed at every `shortest - 3` characters. */
  pieces: ReadonlySet<string>;
  /** Numbers have several spellings in JSON. */
  hasNumber: boolean;
}

/** Prepares each secret as it is, in hexadecimal, and in Base64 at all three alignments. */
export function secretsOf(...secrets: readonly string[]): Secrets {
  const usable = secrets.filter((secret) => secret.length >= PIECE);
  return prepared(
    usable.flatMap((secret) => [secret, secret.replaceAll(" ", "+"), withoutEscapes(secret), ...encodingsOf(secret)]),
  );
}

/** For secrets that are valid for one request: only the plain spelling. */
export function plainSecret(secret: string): Secrets {
  return { spellings: [secret], shortest: secret.length, pieces: new Set([""]), hasNumber: false };
}

function prepared(all: string[]): Secrets {
  const spellings = [...new Set(all)]
    .filter(({ length }) => length >= PIECE)
    .toSorted((one, other) => other.length - one.length);
  const shortest = spellings.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  const pieces = new Set<string>();
  for (const spelling of spellings) {
    for (let at = 0; at + PIECE <= shortest; at++) pieces.add(spelling.slice(at, at + PIECE));
  }
  return { spellings, shortest, pieces, hasNumber: spellings.some((spelling) => /^\d+$/.test(spelling)) };
}

function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    // Drops the characters at both ends that depend on neighbouring bytes.
    const [from, to] = [Math.ceil((shift * 8) / 6), Math.floor((shifted.length * 8) / 6)];
    return [shifted.toString("base64").slice(from, to), shifted.toString("base64url").slice(from, to)];
  });
  return [hex, hex.toUpperCase(), ...base64.filter((core) => core.length > PIECE)];
}

/**
 * Parses a body and masks the secrets in its keys, strings and numbers, in any encoding. Must be called before texts are cut.
 * Returns undefined if the text is not JSON.
 */
export function parseRedacted(text: string, secrets: readonly Secrets[]): unknown {
  const body = parseJson(text);
  if (body === undefined) return undefined;
  const isClean = !JSON_HAS_ESCAPES.test(text) && !contains(text, secrets) && !secrets.some(({ hasNumber }) => hasNumber);
  return isClean ? body : redactValue(body, secrets);
}

/** Returns a text of the cloud on one line with its secrets masked. */
export function redact(text: string, secrets: readonly Secrets[]): string {
  if (!HAS_ESCAPES.test(text) && !contains(text, secrets)) return text;
  const masked = maskPlain(cleanLine(text), secrets);
  if (!isHidden(masked, secrets) && !isHidden(text, secrets)) return masked;
  const words = masked.split(" ").map((word) => (isHidden(word, secrets) ? MASK : word));
  const parts = words.join(" ");
  return isHidden(parts, secrets) || isHidden(parts.replaceAll(" ", ""), secrets) ? MASK : parts;
}

/** Not recursive: a body can be nested more deeply than the stack allows. */
function redactValue(body: unknown, secrets: readonly Secrets[]): unknown {
  const whole = { body };
  const open: object[] = [whole];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      const redacted = redactScalar(value, secrets);
      put(holder, key, Array.isArray(holder) ? key : redact(key, secrets), redacted);
      if (typeof redacted === "object" && redacted !== null) open.push(redacted);
    }
  }
  return whole.body;
}

function put(holder: object, key: string, name: string, value: unknown): void {
  if (name !== key) Reflect.deleteProperty(holder, key);
  Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
}

function redactScalar(value: unknown, secrets: readonly Secrets[]): unknown {
  if (typeof value === "string") return redact(value, secrets);
  return typeof value === "number" && contains(String(value), secrets) ? MASK : value;
}

function contains(text: string, secrets: readonly Secrets[]): boolean {
  return secrets.some((one) => mayContain(text, one) && one.spellings.some((spelling) => text.includes(spelling)));
}

function mayContain(text: string, { shortest, pieces }: Secrets): boolean {
  if (text.length < shortest || pieces.has("")) return text.length >= shortest;
  for (let at = 0; at + PIECE <= text.length; at += shortest - PIECE + 1) {
    if (pieces.has(text.slice(at, at + PIECE))) return true;
  }
  return false;
}

function maskPlain(text: string, secrets: readonly Secrets[]): string {
  return secrets.flatMap(({ spellings }) => spellings).reduce((masked, spelling) => masked.replaceAll(spelling, MASK), text);
}

/** Returns whether a secret appears once escapes are undone, even if they are nested or cover only a part of it. */
function isHidden(text: string, secrets: readonly Secrets[]): boolean {
  return contains(withoutEscapes(text), secrets);
}

/** Undoes all escapes. Also applied to the secrets, since a secret can contain what reads like an escape. */
function withoutEscapes(text: string): string {
  let plain = text;
  for (let round = 0; round < ROUNDS && HAS_ESCAPES.test(plain); round++) {
    plain = UNDO.reduce((before, undo) => undo(before), plain);
  }
  return plain.replaceAll(/[\s\\]+/g, "");
}

const ROUNDS = 4;
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The escapes of JSON and JavaScript, of URLs and of HTML. */
const UNDO: ((text: string) => string)[] = [
  (text) =>
    text.replaceAll(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, long, short) => character(Number.parseInt(long ?? short, 16))),
  (text) => text.replaceAll(/\\(.)/g, "$1"),
  (text) => text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString()),
  (text) =>
    text.replaceAll(/&#x([0-9a-f]{1,6});|&#(\d{1,7});/gi, (_, hex, decimal) =>
      character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    ),
  (text) => text.replaceAll(/&(amp|lt|gt|quot|apos);/gi, (_, name) => NAMED[name.toLowerCase()] ?? ""),
];

function character(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : "";
}
