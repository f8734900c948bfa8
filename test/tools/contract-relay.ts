import { type CloudClient, exchange, type Given, serve } from "../contract/exchange.ts";
import { BREACH, UPSTREAM, WRONG } from "../contract/proxy.ts";
import { breachOf, PASSED } from "./contract-breach.ts";

export interface Relay {
  /** Where the tests send their requests. */
  url: string;
  /** How many requests came to an api. */
  passed(): number;
  /** How many of all were wrong on purpose. */
  wrong(): number;
  breaches: string[];
  close(): Promise<void>;
}

/** Starts a contract proxy before that address and says where it listens. */
export type StartProxy = (upstream: string, flags: string[]) => Promise<string>;

/**
 * Stands on both sides of the contract proxy: takes the tests' requests, and brings those that the proxy lets through to the api of the test.
 * The strict proxy stops what breaks the contract. What is wrong on purpose goes through one that stops nothing and only tells.
 */
export async function startRelay(startProxy: StartProxy): Promise<Relay> {
  let passed = 0;
  let wrong = 0;
  const breaches: string[] = [];
  // The host is the relay's own, which an upstream like the local stack refuses.
  const bring: CloudClient = async ({
    headers: { [UPSTREAM]: upstream = "", [WRONG]: _, host: _host, ...headers },
    ...sent
  }) => {
    const answer = await exchange(upstream, { ...sent, headers });
    passed++;
    return { ...answer, headers: { ...answer.headers, [PASSED]: "yes" } };
  };
  const backlog = await serve((sent) => bring(sent).catch(noAnswer), "contract relay");
  const [strict, notification] = await Promise.all([startProxy(backlog.url, ["--errors"]), startProxy(backlog.url, [])]);
  const before = await serve(async (sent) => {
    const isWrong = WRONG in sent.headers;
    if (isWrong) wrong++;
    const answer = await exchange(isWrong ? notification : strict, sent).catch(noAnswer);
    const breach = breachOf(answer, isWrong);
    if (breach === undefined) return answer;
    breaches.push(`${sent.method} ${sent.path}: ${breach}`);
    return { status: 500, headers: { [BREACH]: "yes" }, body: `docs/openapi.json is broken by ${breaches.at(-1)}\n` };
  }, "contract relay");
  const close = async () => void (await Promise.all([before.close(), backlog.close()]));
  return { url: before.url, passed: () => passed, wrong: () => wrong, breaches, close };
}

/** Without the mark of an api, so that it is a breach. */
function noAnswer({ message }: Error): Given {
  return { status: 502, headers: {}, body: `no answer: ${message}` };
}
