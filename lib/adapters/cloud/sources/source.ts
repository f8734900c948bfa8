import { isIdOf, type SourceName } from "../../../domain/job/sources.ts";
import type { Source } from "../../../ports.ts";
import type { ResponseParser } from "../http/answer.ts";
import type { CloudClient } from "../http/client.ts";
import { unreachable } from "../http/unreachable.ts";

/** What differs between sources. */
export interface SourceParts {
  name: SourceName;
  /** Base URL of its API. Undefined if none is configured. */
  endpoint: string | undefined;
  /** Path with query. Both ids have been validated. */
  path(projectId: string, jobId: string): string;
  parser(jobId: string): ResponseParser;
}

const PROJECT_ID = /^[0-9A-Fa-f]{32}$/;

export function createSource(cloudClient: CloudClient, { name, endpoint, path, parser }: SourceParts): Source {
  const base = endpoint?.replace(/(?<!\/)\/+$/, "");
  return {
    async poll({ projectId, jobId }, timeoutMs) {
      // Validated again here: an id such as ".." could change the path, and encodeURIComponent("..") is "..".
      if (!PROJECT_ID.test(projectId)) return unreachable("invalid-response", "this is not a valid project id");
      if (!isIdOf(name, jobId)) return unreachable("invalid-response", "this is not a valid job id");
      if (base === undefined) return unreachable("configuration", `no endpoint is known for ${name}. Set SERVICE_ENDPOINTS`);
      return await cloudClient({ projectId, url: `${base}${path(projectId, jobId)}`, parser: parser(jobId) }, timeoutMs);
    },
  };
}
