// Compares the output that a page shows with the real one, so that the page cannot grow old.

/**
 * Returns the first part of `shown` that `printed` does not have, or undefined if it has all of them in order. `...` in `shown` stands for
 * anything. Blanks, ids, times and numbers do not count, except statuses of HTTP. Of a response with headers, the page may show only some.
 */
export function missingPart(shown: string, printed: string): string | undefined {
  let rest = comparable(printed);
  const [headers = "", ...body] = shown.startsWith("HTTP/") ? shown.split("\n\n") : ["", shown];
  const parts = [...headers.split("\n"), ...body.join("\n\n").split("...")].map(comparable).filter(Boolean);
  for (const part of parts) {
    const at = rest.indexOf(part);
    if (at < 0) return part;
    rest = rest.slice(at + part.length);
  }
  return undefined;
}

/** A job that has just started either waits or runs. */
function comparable(text: string): string {
  return text
    .replaceAll(/[\w+/=.:-]*\d[\w+/=.:-]*/g, (word) => (/^([1-5]\d\d|HTTP\/1\.1)$|^"?status":\d/.test(word) ? word : "#"))
    .replaceAll(/\b(waiting|running)\b/g, "open")
    .replaceAll(/\s+/g, "");
}
