import { isIdOf, type SourceName } from "../../../domain/job/sources.ts";
import type { Source } from "../../../ports.ts";
import type { ResponseParser } from "../http/answer.ts";
import type { CloudClient } from "../http/client.ts";
import { unreachable } from "../http/unreachable.ts";

/** All that tells one source from another. */
export interface SourceParts {
  name: SourceName;
  /** Base of its API; undefined where the settings name none. */
  endpoint: string | undefined;
  /** Path with query. Both ids were found to be what they should. */
  path(projectId: string, jobId: string): string;
  parser(jobId: string): ResponseParser;
}

const PROJECT_ID = /^[0-9A-Fa-f]{32}$/;

export function createSource(cloudClient: CloudClient, { name, endpoint, path, parser }: SourceParts): Source {
  const base = endpoint?.replace(/(?<!\/)\/+$/, "");
  return {
    async poll({ projectId, jobId }, timeoutMs) {
      // Checked here again, since an id from elsewhere could climb the path: encodeURIComponent("..") is "..".
      if (!PROJECT_ID.test(projectId)) return unreachable("invalid-response", "no project can have this id");
      if (!isIdOf(name, jobId)) return unreachable("invalid-response", "no job can have this id");
      if (base === undefined) return unreachable("configuration", `no endpoint is known for ${name}: set SERVICE_ENDPOINTS`);
      return await cloudClient({ projectId, url: `${base}${path(projectId, jobId)}`, parser: parser(jobId) }, timeoutMs);
    },
  };
}
