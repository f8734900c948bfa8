/**
 * Statuses with which a proxy reports that it passed the request on and got no usable response: the message may have arrived.
 * Every other 5xx rejects the request before anything was done with it.
 */
const UNANSWERED: ReadonlySet<number> = new Set([
  408, // A gateway stopped waiting. The request or its response was late.
  499, // nginx: an outer proxy hung up before the response.
  502, // The destination's response was unreadable, or its connection broke.
  504, // The destination did not respond in time.
  520, // Cloudflare: the destination returned an empty or unexpected response.
  522, // Cloudflare: the destination did not acknowledge. Some of these timeouts happen after the request.
  524, // Cloudflare: connected, but no response within its limit.
  598, // Proxies: the response could not be read in time.
]);

export function mayHaveArrived(status: number): boolean {
  return UNANSWERED.has(status);
}
