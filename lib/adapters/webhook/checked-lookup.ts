import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

/** Resolves all addresses of a host, like `dns.lookup`. */
export type Resolve = (
  hostname: string,
  options: { all: true },
  answered: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export const NOT_PUBLIC = "ERR_ADDRESS_NOT_PUBLIC";

/**
 * Returns the lookup function of a socket. It connects to the addresses that are checked here, so DNS cannot change in between.
 * Fails if one address is not allowed, since the socket may use any of them.
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
  return Object.assign(new Error("the host has no public address"), { code: NOT_PUBLIC });
}
