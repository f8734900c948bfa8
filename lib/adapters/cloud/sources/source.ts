import { isIdOf, type SourceName } from "../../../domain/job/sources.ts";
import type { Source } from "../../../ports.ts";
import { observationOf, type ResponseParser } from "../http/answer.ts";
import type { CloudClient } from "../http/client.ts";
import { type ListParts, readList } from "../http/list.ts";
import { unreachable } from "../http/unreachable.ts";

/** What differs between sources. */
export interface SourceParts {
  name: SourceName;
  /** Base URL of its API. Undefined if none is configured. */
  endpoint: string | undefined;
  /** Path with query. Both ids have been validated. */
  path(projectId: string, jobId: string): string;
  parser(jobId: string): ResponseParser;
  list?: ListParts;
}

const PROJECT_ID = /^[0-9A-Fa-f]{32}$/;

export function createSource(cloudClient: CloudClient, { name, endpoint, path, parser, list }: SourceParts): Source {
  const base = endpoint?.replace(/(?<!\/)\/+$/, "");
  const noEndpoint = unreachable("configuration", `no endpoint is known for ${name}. Set SERVICE_ENDPOINTS`);
  return {
    async poll({ projectId, jobId }, timeoutMs) {
      // Validated again here: an id such as ".." could change the path, and encodeURIComponent("..") is "..".
      if (!PROJECT_ID.test(projectId)) return unreachable("invalid-response", "this is not a valid project id");
      if (!isIdOf(name, jobId)) return unreachable("invalid-response", "this is not a valid job id");
      if (base === undefined) return noEndpoint;
      const own = parser(jobId);
      const { upstream } = own;
      const url = `${base}${path(projectId, jobId)}`;
      return await cloudClient({ projectId, url, upstream, read: (answer, now) => observationOf(answer, own, now) }, timeoutMs);
    },
    ...(list && {
      async list(request, timeoutMs) {
        if (!PROJECT_ID.test(request.projectId)) return unreachable("invalid-response", "this is not a valid project id");
        return base === undefined ? noEndpoint : await readList(cloudClient, base, list, request, timeoutMs);
      },
    }),
  };
}
