import type { Context } from "hono";
import { type Config, channelsOf } from "../../../lib/config/config.ts";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import type { Watch } from "../../../lib/domain/discovery/watch.ts";
import { changedOptions } from "../../../lib/domain/job/change.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { Actor } from "../../../lib/jobs/change-job.ts";
import type { ApiEnv } from "./authenticate.ts";
import { ProblemError } from "./problem.ts";

// Permissions of a key: those of its team, reduced by the key's own limits.

/** Returns the presented key. Throws 403 if it is read-only. */
export function writerOf(c: Context<ApiEnv>): ApiKey {
  const key = c.get("key");
  if (!key.readOnly) return key;
  throw new ProblemError({
    type: "forbidden",
    status: 403,
    detail: "This key is read-only. Use a key created without --read-only.",
  });
}

/** Returns the actor of a change that is made with this key. */
export function actorOf(key: ApiKey): Actor {
  return {
    label: key.label,
    permit(before, after) {
      if (mayMake(key, before, after)) return;
      const others = before.channels.filter((channel) => !isWithin(key, channel)).join(", ");
      throw beyondChannels(key, `the job also notifies ${others}. Use a key for all of its channels`);
    },
  };
}

/**
 * Whether a key may make a change. A key that is limited to channels may change only jobs that notify no other channel. On other
 * jobs it may add and remove its own channels.
 */
export function mayMake(key: ApiKey, before: Job, after: Job): boolean {
  const others = before.channels.filter((channel) => !isWithin(key, channel));
  if (others.length === 0) return true;
  const isKept = others.every((channel) => after.channels.includes(channel));
  return isKept && after.state === before.state && changedOptions(before, after).every((name) => name === "channels");
}

/** Whether a key may change or end a watch: not if it is limited to channels and the watch also notifies others. */
export function mayEnd(key: ApiKey, { channels }: Watch): boolean {
  return channels.every((channel) => isWithin(key, channel));
}

/** Throws 403 if the key may not change or end the watch. */
export function requireOwnWatch(key: ApiKey, watch: Watch): void {
  if (mayEnd(key, watch)) return;
  const { channels = [] } = key;
  const others = watch.channels.filter((channel) => !channels.includes(channel)).join(", ");
  const limit = `This key is limited to the channels ${channels.join(", ")}, and the watch also notifies ${others}.`;
  throw new ProblemError({ type: "forbidden", status: 403, detail: `${limit} Use a key for all of its channels.` });
}

/** Throws 403 if the key is limited to other channels. */
export function requireRedeliverable(key: ApiKey, channel: string): void {
  if (!isWithin(key, channel)) throw beyondChannels(key, `${channel} is not one of them. Use a key for ${channel}`);
}

/** Whether a channel is within the key's limit, if it has one. */
export function isWithin({ channels }: ApiKey, channel: string): boolean {
  return channels?.includes(channel) ?? true;
}

function beyondChannels({ channels = [] }: ApiKey, reason: string): ProblemError {
  const limit = `This key is limited to the channels ${channels.join(", ")}, and ${reason}.`;
  const detail = `${limit} This key can only add and remove its own channels, and redeliver to them.`;
  return new ProblemError({ type: "forbidden", status: 403, detail });
}

/** The channels that a registration may name, and the default channel. */
export function nameableChannels(config: Config, key: ApiKey): { names: string[]; byDefault?: string } {
  const names = limited(channelsOf(config, key.team), key.channels);
  return { names, ...defaultOf(names, config.defaultChannel) };
}

/** The channels that this key may list and test. Operators also have the operators' channels. */
export function visibleChannels(config: Config, key: ApiKey): string[] {
  return limited(key.operator ? Object.keys(config.channelKinds) : channelsOf(config, key.team), key.channels);
}

/** The projects whose jobs this key may register and read, and the default project. */
export function visibleProjects(config: Config, key: ApiKey): { ids: string[]; byDefault?: string } {
  const ids = limited(config.allowedProjectIds, key.projects);
  if (!key.projects) return { ids, ...(config.defaultProjectId !== undefined && { byDefault: config.defaultProjectId }) };
  return { ids, ...defaultOf(ids, config.defaultProjectId) };
}

/** Keeps the order of the key, since its first entry is its default. */
function limited(all: string[], own: string[] | undefined): string[] {
  return own ? own.filter((name) => all.includes(name)) : all;
}

function defaultOf(names: string[], preferred: string | undefined): { byDefault?: string } {
  const byDefault = names.find((name) => name === preferred) ?? names[0];
  return byDefault === undefined ? {} : { byDefault };
}
