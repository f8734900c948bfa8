import { observationOfShare } from "../../lib/adapters/cloud/sources/sfs-turbo/share-details.ts";
import { type AddedWatch, addWatch, type WatchRequest } from "../../lib/discovery/watches.ts";
import type { ListedOperation, ListedResource, Listing } from "../../lib/domain/discovery/listing.ts";
import type { Missing, Observation, Seen, Unreachable } from "../../lib/domain/job/job.ts";
import type { ShareOperation } from "../../lib/domain/job/sources.ts";
import type { ListRequest } from "../../lib/ports.ts";
import { PROJECT } from "../jobs.ts";
import type { World } from "../world.ts";

export interface Share {
  name: string;
  status: string;
  sub_status?: string;
  size: string;
  security_group_id: string;
  created_at: string;
  tags?: Record<string, string>;
}

export interface Project {
  shares: Map<string, Share>;
  /** Requests for a list. */
  lists: ListRequest[];
  /** Replaces the answer of the list. */
  listAnswer?: (listing: Listing, request: ListRequest) => Listing | Unreachable | Promise<Listing | Unreachable>;
  /** Replaces the answer for a share that is gone. */
  goneAnswer: Missing;
  add(id: string, share?: Partial<Share>): void;
  change(id: string, change: Partial<Share>): void;
}

const OPERATION_OF: Record<string, ShareOperation> = {
  21: "extend",
  32: "change-security-group",
  50: "add-backend",
  51: "remove-backend",
};

/** A project of the world's cloud whose shares a test sets. Polls and lists read the same shares. */
export function projectOf({ services, clock }: World): Project {
  const project: Project = {
    shares: new Map(),
    lists: [],
    goneAnswer: { kind: "missing", reason: "404 SFS.TURBO.0001", isGone: true },
    add(id, share = {}) {
      const created_at = new Date(clock.now()).toISOString().slice(0, 19);
      const defaults = { name: `share ${id.slice(0, 4)}`, status: "200", size: "500.00", security_group_id: "group-1" };
      project.shares.set(id, { ...defaults, created_at, ...share });
    },
    change(id, change) {
      const share = project.shares.get(id);
      if (share) project.shares.set(id, { ...share, ...change });
    },
  };
  services.lists = clock.tracking({
    async list(request: ListRequest) {
      project.lists.push(request);
      request.onRequest?.();
      const resources = [...project.shares].map(([id, share]) => resourceOf(id, share));
      const listing: Listing = { kind: "listed", resources };
      return (await project.listAnswer?.(listing, request)) ?? listing;
    },
  });
  services.cloud = clock.tracking({
    async poll({ jobId }: { jobId: string }): Promise<Observation> {
      const [id = "", operation = ""] = jobId.split(".");
      const share = project.shares.get(id);
      return share ? observationOfShare({ id, ...share }, id, operation as ShareOperation) : project.goneAnswer;
    },
  });
  return project;
}

/** Adds a watch of the shares in the world's project, which notifies the channel `general`. */
export function watchShares(
  { services }: World,
  options: Partial<Omit<WatchRequest, "defaultChannels">> = {},
  team = "storage",
): Promise<AddedWatch> {
  const order: WatchRequest = { source: "sfs-turbo-share", projectId: PROJECT, defaultChannels: ["general"], ...options };
  return addWatch(services, team, order, "test");
}

/** The jobs of a team, as in "854cf6e2-... .extend.1 running". */
export async function jobsOf({ services }: World, team = "storage"): Promise<string[]> {
  const page = await services.table.listJobs(team, { limit: 600 });
  if (page === "bad cursor") throw new Error("the list has no cursor");
  return page.jobs.map(({ jobId, state }) => `${jobId} ${state}`).sort();
}

function resourceOf(id: string, share: Share): ListedResource {
  const seenAs = (operation: ShareOperation): ListedOperation => ({
    operation,
    seen: observationOfShare({ id, ...share }, id, operation) as Seen,
  });
  const changed = share.sub_status ? OPERATION_OF[share.sub_status.slice(1)] : undefined;
  return {
    ...{ id, name: share.name, createdAt: Date.parse(`${share.created_at}Z`), creation: seenAs("create") },
    values: { extend: share.size, "change-security-group": share.security_group_id },
    ...(share.tags && { tags: share.tags }),
    ...(changed && { change: seenAs(changed) }),
  };
}
