import type { Context } from "hono";
import { type Config, channelsOf } from "../../lib/config.ts";
import type { ApiKey } from "../../lib/ports.ts";
import type { ApiEnv } from "./authenticate.ts";
import { ProblemError } from "./problem.ts";

// What a key may do: its team's rights, less what the key itself is limited to.

/** The presented key where it may write. */
export function writerOf(c: Context<ApiEnv>): ApiKey {
  const key = c.get("key");
  if (!key.readOnly) return key;
  throw new ProblemError({ type: "forbidden", status: 403, detail: "This key may only read; use one that may write." });
}

/** The channels that a registration may name, and the one of jobs that name none. */
export function nameableChannels(config: Config, key: ApiKey): { names: string[]; byDefault?: string } {
  const names = limited(channelsOf(config, key.team), key.channels);
  return { names, ...usual(names, config.defaultChannel) };
}

/** The channels that are listed and may be tested: an operator's also those apart. */
export function visibleChannels(config: Config, key: ApiKey): string[] {
  return limited(key.operator ? Object.keys(config.channelKinds) : channelsOf(config, key.team), key.channels);
}

/** The projects whose jobs may be registered and seen, and the one of requests that name none. */
export function visibleProjects(config: Config, key: ApiKey): { ids: string[]; byDefault?: string } {
  const ids = limited(config.allowedProjectIds, key.projects);
  if (!key.projects) return { ids, ...(config.defaultProjectId !== undefined && { byDefault: config.defaultProjectId }) };
  return { ids, ...usual(ids, config.defaultProjectId) };
}

/** In the order of the key, since its first is its default. */
function limited(all: string[], own: string[] | undefined): string[] {
  return own ? own.filter((name) => all.includes(name)) : all;
}

function usual(names: string[], preferred: string | undefined): { byDefault?: string } {
  const byDefault = names.find((name) => name === preferred) ?? names[0];
  return byDefault === undefined ? {} : { byDefault };
}
