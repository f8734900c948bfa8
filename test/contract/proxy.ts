import { type CloudClient, exchange, type Given, type Sent, serve } from "./exchange.ts";

// `npm run check:contract` sets TEST_CONTRACT to the address of its relay. Every request to the api then goes over HTTP:
// test -> relay -> contract proxy -> the api of that test. Else the api is called in this process.

const RELAY = process.env.TEST_CONTRACT;

/** Tells the relay where the api of this test listens. */
export const UPSTREAM = "contract-upstream";
/** Tells the relay that a request is wrong on purpose. */
export const WRONG = "contract-wrong";
/** Marks the relay's answer about a breach: its body says which. */
export const BREACH = "contract-breach";

export interface PageDeps {
  /** Throws where request or answer is not what docs/openapi.json says. */
  ask(sent: Sent, isWrong: boolean): Promise<Given>;
  close(): Promise<void>;
}

export async function openContractProxy(api: CloudClient): Promise<PageDeps> {
  if (RELAY === undefined) return { ask: api, close: async () => undefined };
  const { url, close } = await serve(api, "api");
  const ask: PageDeps["ask"] = async (sent, isWrong) => {
    const headers = { ...sent.headers, [UPSTREAM]: url, ...(isWrong && { [WRONG]: "yes" }) };
    const answer = await exchange(RELAY, { ...sent, headers });
    if (answer.headers[BREACH]) throw new Error(answer.body);
    return answer;
  };
  return { ask, close };
}

/** A line of curl to the api at this address, with the contract proxy between where there is one. */
export function throughContractProxy(line: string, api: string): string {
  return RELAY === undefined ? line : `${line.replaceAll(api, RELAY)} -H '${UPSTREAM}: ${api}'`;
}
