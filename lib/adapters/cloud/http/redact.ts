import { cleanLine } from "./text.ts";

const MASK = "***";
/** Shorter secrets would mask ordinary words. */
const PIECE = 4;
/** All but plain ASCII without \ % &, which begin an escape: in the rest a secret stands as it is, if it is there. */
const HAS_ESCAPES = /[^ -$'-[\]-~]/;
const JSON_HAS_ESCAPES = /[^\t\n\r -$'-[\]-~]/;

/** What a secret looks like wherever it is not escaped, prepared for the search in many texts. */
export interface Secrets {
  /** The longest first, so that none is masked in part because it holds another. */
  spellings: readonly string[];
  /** Characters of the shortest spelling. */
  shortest: number;
  /** All pieces of four characters in the first `shortest` characters of each: a text with a spelling has one at every `shortest - 3`. */
  pieces: ReadonlySet<string>;
  /** JSON writes a number in many ways. */
  hasNumber: boolean;
}

/** Of each secret: itself, in hexadecimal, and in Base64 at each of the three alignments. */
export function secretsOf(...secrets: readonly string[]): Secrets {
  const usable = secrets.filter((secret) => secret.length >= PIECE);
  return prepared(
    usable.flatMap((secret) => [secret, secret.replaceAll(" ", "+"), withoutEscapes(secret), ...encodingsOf(secret)]),
  );
}

/** For what lives as long as one request: only as it is. */
export function secretAsItIs(secret: string): Secrets {
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
    // What its neighbours have a share in is left out at both ends.
    const [from, to] = [Math.ceil((shift * 8) / 6), Math.floor((shifted.length * 8) / 6)];
    return [shifted.toString("base64").slice(from, to), shifted.toString("base64url").slice(from, to)];
  });
  return [hex, hex.toUpperCase(), ...base64.filter((core) => core.length > PIECE)];
}

/**
 * Parses a body and masks the secrets in its keys, strings and numbers, whichever way they are written there. Must be called
 * before anything is cut. Returns undefined where the text is no JSON.
 */
export function parseRedacted(text: string, secrets: readonly Secrets[]): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isClean = !JSON_HAS_ESCAPES.test(text) && !holds(text, secrets) && !secrets.some(({ hasNumber }) => hasNumber);
  return isClean ? body : redactValue(body, secrets);
}

/** A text of the cloud on one line, with the secrets in it masked. */
export function redact(text: string, secrets: readonly Secrets[]): string {
  if (!HAS_ESCAPES.test(text) && !holds(text, secrets)) return text;
  const masked = maskPlain(cleanLine(text), secrets);
  if (!isHidden(masked, secrets) && !isHidden(text, secrets)) return masked;
  const words = masked.split(" ").map((word) => (isHidden(word, secrets) ? MASK : word));
  const parts = words.join(" ");
  return isHidden(parts, secrets) || isHidden(parts.replaceAll(" ", ""), secrets) ? MASK : parts;
}

/** Without recursion: a body can be nested more deeply than the stack is. */
function redactValue(body: unknown, secrets: readonly Secrets[]): unknown {
  const whole = { body };
  const open: object[] = [whole];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      const shown = redactScalar(value, secrets);
      put(holder, key, Array.isArray(holder) ? key : redact(key, secrets), shown);
      if (typeof shown === "object" && shown !== null) open.push(shown);
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
  return typeof value === "number" && holds(String(value), secrets) ? MASK : value;
}

function holds(text: string, secrets: readonly Secrets[]): boolean {
  return secrets.some((one) => mayHold(text, one) && one.spellings.some((spelling) => text.includes(spelling)));
}

function mayHold(text: string, { shortest, pieces }: Secrets): boolean {
  if (text.length < shortest || pieces.has("")) return text.length >= shortest;
  for (let at = 0; at + PIECE <= text.length; at += shortest - PIECE + 1) {
    if (pieces.has(text.slice(at, at + PIECE))) return true;
  }
  return false;
}

function maskPlain(text: string, secrets: readonly Secrets[]): string {
  return secrets.flatMap(({ spellings }) => spellings).reduce((masked, spelling) => masked.replaceAll(spelling, MASK), text);
}

/** Whether a secret stands there once escapes are undone, also where they are nested or cover a part of it. */
function isHidden(text: string, secrets: readonly Secrets[]): boolean {
  return holds(withoutEscapes(text), secrets);
}

/** The same for all ways to escape a text: a secret that itself looks like an escape is compared in this form too. */
function withoutEscapes(text: string): string {
  let shown = text;
  for (let round = 0; round < ROUNDS && HAS_ESCAPES.test(shown); round++) {
    shown = UNDO.reduce((before, undo) => undo(before), shown);
  }
  return shown.replaceAll(/[\s\\]+/g, "");
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
