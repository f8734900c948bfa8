import type { ShareOperation } from "../../../../domain/job/sources.ts";
import type { Source } from "../../../../ports.ts";
import type { Reading } from "../../http/answer.ts";
import type { Ask } from "../../http/client.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { createSource } from "../source.ts";
import { observationOfShare } from "./share-details.ts";

/** `GET /v1/{project}/sfs-turbo/shares/{share}`: an operation on a share, by the share's status and sub status. */
export function createShareSource(ask: Ask, endpoint: string): Source {
  return createSource(ask, {
    name: "sfs-turbo-share",
    endpoint,
    path: (projectId, jobId) => `/v1/${projectId}/sfs-turbo/shares/${partsOf(jobId).shareId}`,
    reading: readingOfShare,
  });
}

export function readingOfShare(jobId: string): Reading {
  const { shareId, operation } = partsOf(jobId);
  return {
    peer: "the share API",
    missing: MISSING_CODES[operation === "delete" ? "deletion of a share" : "sfs-turbo-share"],
    seen: (body) => observationOfShare(body, shareId, operation),
  };
}

/** `<shareId>.<operation>.<n>` */
function partsOf(jobId: string): { shareId: string; operation: ShareOperation } {
  const [shareId = "", operation = ""] = jobId.split(".");
  return { shareId, operation: operation as ShareOperation };
}
