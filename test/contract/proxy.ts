import { exchange, type Given, type HttpClient, type Sent, serve } from "./exchange.ts";

// `npm run check:contract` sets TEST_CONTRACT to the address of its relay. Requests to the API then go over HTTP:
// test -> relay -> contract proxy -> the API of that test. Otherwise the API is called in this process.

const RELAY = process.env.TEST_CONTRACT;

/** Header with the address of this test's API. */
export const UPSTREAM = "contract-upstream";
/** Header of a request that deliberately violates the contract. */
export const WRONG = "contract-wrong";
/** Header of the relay's response to a violation. Its body describes the violation. */
export const BREACH = "contract-breach";

export interface ContractProxy {
  /** Throws if the request or the response violates docs/openapi.json. */
  send(sent: Sent, isWrong: boolean): Promise<Given>;
  close(): Promise<void>;
}

export async function openContractProxy(api: HttpClient): Promise<ContractProxy> {
  if (RELAY === undefined) return { send: api, close: async () => undefined };
  const { url, close } = await serve(api, "api");
  const send: ContractProxy["send"] = async (sent, isWrong) => {
    const headers = { ...sent.headers, [UPSTREAM]: url, ...(isWrong && { [WRONG]: "yes" }) };
    const answer = await exchange(RELAY, { ...sent, headers });
    if (answer.headers[BREACH]) throw new Error(answer.body);
    return answer;
  };
  return { send, close };
}

/** Routes a curl command for this API through the contract proxy, if there is one. */
export function throughContractProxy(line: string, api: string): string {
  return RELAY === undefined ? line : `${line.replaceAll(api, RELAY)} -H '${UPSTREAM}: ${api}'`;
}
