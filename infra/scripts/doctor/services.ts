import type { Config } from "../../../lib/config/config.ts";
import { createServices, type Services } from "../../../lib/services.ts";

const nothing = () => undefined;

/** The services of the functions, without a log. */
export function quietServices(config: Config): Services {
  const log = { info: nothing, warn: nothing, error: nothing };
  return createServices(config, { log, metrics: { count: nothing, age: nothing, flush: nothing } });
}
