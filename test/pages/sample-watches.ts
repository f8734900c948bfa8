import type { TeamWatches, Watch } from "../../lib/domain/discovery/watch.ts";
import { newTeamWatches } from "../../lib/domain/discovery/watch.ts";
import { NOW, PROJECT } from "../jobs.ts";

const MINUTE = 60_000;

/** One watch per state: listed, refused, incomplete with waiting operations, not listed yet. */
export function sampleWatches(): TeamWatches {
  return {
    ...newTeamWatches("storage"),
    watches: [
      watch("grow", {
        operations: ["extend"],
        names: ["data-*", "home-??"],
        tags: { team: "blue" },
        startedAt: NOW - 2 * MINUTE,
      }),
      watch("all", {
        channels: ["general", "projects"],
        failing: {
          since: NOW - 47 * MINUTE,
          cause: "not-permitted",
          reason: "APIGW.0305 Policy doesn't allow sfsturbo:shares:getAllShares to be performed.",
          requestId: "0c3f3d0a1b2c4d5e0c3f3d0a1b2c4d5e",
          listedAt: NOW - 48 * MINUTE,
        },
      }),
      watch("backups", {
        source: "cbr-log",
        operations: ["backup", "restore"],
        notifyOn: ["failed"],
        startedAt: NOW - 90 * MINUTE,
        waiting: 12,
      }),
      watch("new", { names: ["scratch-*"], channels: ["projects"] }),
    ],
  };
}

export function watch(watchId: string, more: Partial<Watch>): Watch {
  const order = { source: "sfs-turbo-share", projectId: PROJECT, channels: ["general"] } as const;
  return { watchId, ...order, channels: ["general"], createdAt: NOW - 180 * MINUTE, by: "ci", ...more };
}
