import { partsOfShareJob } from "../../../../domain/job/sources.ts";
import type { Source } from "../../../../ports.ts";
import type { ResponseParser } from "../../http/answer.ts";
import type { CloudClient } from "../../http/client.ts";
import type { ListParts } from "../../http/list.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { createSource } from "../source.ts";
import { observationOfShare } from "./share-details.ts";
import { resourceOfShare } from "./share-row.ts";

/** `GET /v1/{project}/sfs-turbo/shares/{share}`: an operation on a share, read from its status and sub status. */
export function createShareSource(cloudClient: CloudClient, endpoint: string): Source {
  return createSource(cloudClient, {
    name: "sfs-turbo-share",
    endpoint,
    path: (projectId, jobId) => `/v1/${projectId}/sfs-turbo/shares/${partsOfShareJob(jobId).shareId}`,
    parser: shareParser,
    list: SHARE_LIST,
  });
}

/** `GET /v1/{project}/sfs-turbo/shares/detail`: all shares of a project. */
const SHARE_LIST: ListParts = {
  upstream: "the share list",
  path: (projectId) => `/v1/${projectId}/sfs-turbo/shares/detail`,
  field: "shares",
  resourceOf: resourceOfShare,
};

export function shareParser(jobId: string): ResponseParser {
  const { shareId, operation } = partsOfShareJob(jobId);
  return {
    upstream: "the share API",
    missing: MISSING_CODES[operation === "delete" ? "deletion of a share" : "sfs-turbo-share"],
    seen: (body) => observationOfShare(body, shareId, operation),
  };
}
