// For fingerprints, notification ids and jitter; never for secrets. Two 32-bit FNV-1a sums side by side.
const PRIME = 16_777_619;
const BASIS = 2_166_136_261;
const OTHER_BASIS = 3_735_928_559;

/** Returns 53 bits of a text's hash in base 36: 11 letters and digits. */
export function hash(text: string): string {
  return number(text).toString(36).padStart(11, "0");
}

/** Returns a stable number in [0, 1) for a text. */
export function hashFraction(text: string): number {
  return number(text) / 2 ** 53;
}

function number(text: string): number {
  return (mix(fnv(text, BASIS)) & 0x1f_ffff) * 2 ** 32 + mix(fnv(text, OTHER_BASIS));
}

function fnv(text: string, basis: number): number {
  let sum = basis;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    sum = Math.imul(sum ^ (unit & 0xff), PRIME);
    sum = Math.imul(sum ^ (unit >>> 8), PRIME);
  }
  return sum;
}

/** FNV's low bits differ little between texts with the same end. This spreads them over the word. */
function mix(sum: number): number {
  const once = Math.imul(sum ^ (sum >>> 15), PRIME ^ 0x5bd1_e994);
  return (once ^ (once >>> 13)) >>> 0;
}
