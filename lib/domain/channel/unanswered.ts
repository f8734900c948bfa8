/**
 * Statuses by which something between us and the destination says that it passed the request on and got no usable answer:
 * the message may have arrived. Every other 5xx refuses the request before anything was done with it.
 */
const UNANSWERED: ReadonlySet<number> = new Set([
  408, // A gateway stopped waiting. It cannot tell whether the request or its answer was late.
  499, // nginx: an outer proxy hung up while the answer was awaited.
  502, // The destination's answer was unreadable, or its connection broke.
  504, // The destination did not answer in time.
  520, // Cloudflare: the destination answered with something empty or unexpected.
  522, // Cloudflare: the destination did not acknowledge; part of these timeouts follow the request.
  524, // Cloudflare: connected, but no answer within its limit.
  598, // Proxies: the answer could not be read in time.
]);

export function mayHaveArrived(status: number): boolean {
  return UNANSWERED.has(status);
}
