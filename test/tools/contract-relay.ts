import { exchange, type Given, type HttpClient, serve } from "../contract/exchange.ts";
import { BREACH, UPSTREAM, WRONG } from "../contract/proxy.ts";
import { breachOf, PASSED } from "./contract-breach.ts";

export interface Relay {
  /** Where the tests send their requests. */
  url: string;
  /** Number of requests that reached an api. */
  passed(): number;
  /** Number of requests that were wrong on purpose. */
  wrong(): number;
  breaches: string[];
  close(): Promise<void>;
}

/** Starts a contract proxy in front of an address and returns its own address. */
export type StartProxy = (upstream: string, flags: string[]) => Promise<string>;

/**
 * Runs on both sides of the contract proxy. Sends the tests' requests to the proxy, and those that the proxy forwards to the api of the test.
 * The strict proxy blocks requests that violate the contract. Requests that are wrong on purpose use a proxy that only reports.
 */
export async function startRelay(startProxy: StartProxy): Promise<Relay> {
  let passed = 0;
  let wrong = 0;
  const breaches: string[] = [];
  // Without the relay's own host, which an upstream like the local stack rejects.
  const forward: HttpClient = async ({
    headers: { [UPSTREAM]: upstream = "", [WRONG]: _, host: _host, ...headers },
    ...sent
  }) => {
    const answer = await exchange(upstream, { ...sent, headers });
    passed++;
    return { ...answer, headers: { ...answer.headers, [PASSED]: "yes" } };
  };
  const toApi = await serve((sent) => forward(sent).catch(noAnswer), "contract relay");
  const [strict, reporting] = await Promise.all([startProxy(toApi.url, ["--errors"]), startProxy(toApi.url, [])]);
  const fromTests = await serve(async (sent) => {
    const isWrong = WRONG in sent.headers;
    if (isWrong) wrong++;
    const answer = await exchange(isWrong ? reporting : strict, sent).catch(noAnswer);
    const breach = breachOf(answer, isWrong);
    if (breach === undefined) return answer;
    breaches.push(`${sent.method} ${sent.path}: ${breach}`);
    return { status: 500, headers: { [BREACH]: "yes" }, body: `docs/openapi.json is violated by ${breaches.at(-1)}\n` };
  }, "contract relay");
  const close = async () => void (await Promise.all([fromTests.close(), toApi.close()]));
  return { url: fromTests.url, passed: () => passed, wrong: () => wrong, breaches, close };
}

/** Without the header of an api, so that it counts as a breach. */
function noAnswer({ message }: Error): Given {
  return { status: 502, headers: {}, body: `no answer: ${message}` };
}
