import type { SourceName } from "../../domain/job/sources.ts";
import type { Clock, Cloud, Log, ProjectLists, Source } from "../../ports.ts";
import type { CloudSettings } from "./auth/settings.ts";
import { createCloudClient } from "./http/client.ts";
import { createOtherSources } from "./sources/other-services/source.ts";
import { createJobSource } from "./sources/sfs-turbo/job-source.ts";
import { createShareSource } from "./sources/sfs-turbo/share-source.ts";
import { createTaskSource } from "./sources/sfs-turbo/task-source.ts";

export interface Endpoints {
  /** Base URL of SFS Turbo. */
  endpoint: string;
  /** Base URLs of other services, by the first label of their hosts. */
  services: Readonly<Record<string, string>>;
}

/** All sources, with one cloud client. */
export function createCloud(settings: CloudSettings & Endpoints, ports: { clock: Clock; log: Log }): Cloud & ProjectLists {
  const client = createCloudClient(settings, ports);
  const { endpoint, services } = settings;
  const sources: Partial<Record<string, Source>> = {
    "sfs-turbo-job": createJobSource(client, endpoint),
    "sfs-turbo-share": createShareSource(client, endpoint),
    "sfs-turbo-task": createTaskSource(client, endpoint),
    ...createOtherSources(client, services),
  } satisfies Partial<Record<SourceName, Source>>;
  return {
    poll: async (job, timeoutMs) =>
      (await sources[job.source]?.poll(job, timeoutMs)) ?? {
        kind: "unreachable",
        cause: "configuration",
        reason: `this version does not know the source ${job.source}`,
      },
    list: async ({ source, ...request }, timeoutMs) =>
      (await sources[source]?.list?.(request, timeoutMs)) ?? {
        kind: "unreachable",
        cause: "configuration",
        reason: `this version cannot list ${source}`,
      },
  };
}
