import type * as z from "zod";
import type * as schemas from "../../functions/api/openapi/response-schemas.ts";

// The service's responses. Types only: the command line has no dependencies.

export type Job = z.infer<typeof schemas.job>;
export type JobSummary = z.infer<typeof schemas.jobSummary>;
export type JobPage = z.infer<typeof schemas.jobPage>;
export type BatchResults = z.infer<typeof schemas.batchResults>;
export type Channels = z.infer<typeof schemas.channels>;
export type Watch = z.infer<typeof schemas.watch>;
export type Watches = z.infer<typeof schemas.watches>;
export type TestOutcome = z.infer<typeof schemas.testOutcome>;
export type Redelivered = z.infer<typeof schemas.redelivered>;
export type Problem = z.infer<typeof schemas.problem>;
