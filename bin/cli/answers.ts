import type * as z from "zod";
import type * as schemas from "../../functions/api/openapi/response-schemas.ts";

// The service's responses. Types only: the command line has no dependencies.

export type Job = z.infer<typeof schemas.job>;
export type JobSummary = z.infer<typeof schemas.jobSummary>;
export type JobPage = z.infer<typeof schemas.jobPage>;
export type BatchResults = z.infer<typeof schemas.batchResults>;
export type Channels = z.infer<typeof schemas.channels>;
export type TestOutcome = z.infer<typeof schemas.testOutcome>;
export type Problem = z.infer<typeof schemas.problem>;

// Until the API has its schemas.
export interface Watch {
  watchId: string;
  source: "sfs-turbo-share" | "cbr-log";
  projectId: string;
  operations: string[];
  names?: string[];
  tags?: Record<string, string>;
  channels: string[];
  notifyOn?: string[];
  createdAt: string;
  by?: string;
  lastList: { at?: string; outcome: string; since?: string; reason?: string; requestId?: string };
  waiting?: number;
}
export interface Watches {
  watches: Watch[];
}
