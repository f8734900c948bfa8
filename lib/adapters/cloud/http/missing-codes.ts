import type { Missing } from "../../../domain/job/job.ts";
import type { SourceName } from "../../../domain/job/sources.ts";

/** An error whose documented meaning is that the job does not exist. `isGone`: it ends a deletion. */
export interface MissingCode {
  status: number;
  /** In capitals. */
  code: string;
  onlyIf?: Missing["onlyIf"];
  isGone?: true;
}

/** An error that is not listed here is never taken for the end of a job. docs/sources.md has the reference of each entry. */
export const MISSING_CODES = {
  "sfs-turbo-job": [
    { status: 404, code: "SFS.TURBO.0001" },
    { status: 404, code: "SFS.TURBO.0019" },
    { status: 400, code: "SFS.TURBO.0019" },
    { status: 400, code: "SFS.TURBO.0001", onlyIf: "never-seen" },
    { status: 403, code: "SFS.TURBO.9000", onlyIf: "seen-before" },
    { status: 404, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
    { status: 400, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
  ],
  "sfs-turbo-share": [
    { status: 404, code: "SFS.TURBO.0001" },
    { status: 400, code: "SFS.TURBO.0001", onlyIf: "never-seen" },
    { status: 403, code: "SFS.TURBO.9000", onlyIf: "seen-before" },
    { status: 404, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
    { status: 400, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
  ],
  /** Only a 404 ends a deletion. With 0002, earlier answers must have shown that the share may be read. */
  "deletion of a share": [
    { status: 404, code: "SFS.TURBO.0001", isGone: true },
    { status: 404, code: "SFS.TURBO.0002", onlyIf: "any-seen", isGone: true },
    { status: 400, code: "SFS.TURBO.0001", onlyIf: "never-seen" },
    { status: 403, code: "SFS.TURBO.9000", onlyIf: "seen-before" },
    { status: 400, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
  ],
  "sfs-turbo-task": [
    { status: 404, code: "SFS.TURBO.0001" },
    { status: 400, code: "SFS.TURBO.0106" },
    { status: 400, code: "SFS.TURBO.0001", onlyIf: "never-seen" },
    { status: 403, code: "SFS.TURBO.9000", onlyIf: "seen-before" },
    { status: 404, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
    { status: 400, code: "SFS.TURBO.0002", onlyIf: "others-seen" },
  ],
  "ecs-job": [{ status: 400, code: "COMMON.0011" }],
  // EVS also returns 0011 for a wrong tenant id.
  "evs-job": [{ status: 400, code: "COMMON.0011", onlyIf: "others-seen" }],
  "ims-job": [],
  "sdrs-job": [],
  "bms-job": [],
  "dcs-job": [
    { status: 400, code: "DCS.4070", onlyIf: "never-seen" },
    { status: 400, code: "111400070", onlyIf: "never-seen" },
  ],
  "rds-job": [
    { status: 400, code: "DBS.200543" },
    { status: 404, code: "RDS.5041" },
    { status: 404, code: "DBS.290013", onlyIf: "others-seen" },
    { status: 404, code: "RDS.0016", onlyIf: "others-seen" },
  ],
  "dds-job": [{ status: 400, code: "DBS.280016", onlyIf: "others-seen" }],
  "cbr-log": [
    { status: 404, code: "BACKUPSERVICE.6500" },
    { status: 404, code: "BACKUPSERVICE.6501" },
  ],
} satisfies Record<SourceName | "deletion of a share", readonly MissingCode[]>;
