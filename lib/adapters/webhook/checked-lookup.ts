import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

/** All addresses of a host, as `dns.lookup` gives them. */
export type Resolve = (
  hostname: string,
  options: { all: true },
  answered: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export const NOT_PUBLIC = "ERR_ADDRESS_NOT_PUBLIC";

/**
 * A socket's own way to DNS: the addresses that are checked here are those it then connects to, so that nothing can change in
 * between. One bad address spoils all, since the socket may take any.
 */
export function checkedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, answered) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) answered(error, "");
      else if (!first || !addresses.every(({ address }) => isAllowed(address))) answered(notPublic(), "");
      else if (options.all) answered(null, addresses);
      else answered(null, first.address, first.family);
    });
  };
}

export function notPublic(): Error {
  return Object.assign(new Error("the host is at no public address"), { code: NOT_PUBLIC });
}
