import { type SourceName, serviceOf } from "../../../../domain/job/sources.ts";
import type { Source } from "../../../../ports.ts";
import type { ResponseParser } from "../../http/answer.ts";
import type { CloudClient } from "../../http/client.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { createSource } from "../source.ts";
import { observationOfServiceJob } from "./job-answer.ts";
import { listOf } from "./job-list.ts";
import { SERVICES, type Service } from "./services.ts";

/** Creates one source for each entry of SERVICES: the job APIs of services other than SFS Turbo. */
export function createOtherSources(
  cloudClient: CloudClient,
  endpoints: Readonly<Record<string, string>>,
): Partial<Record<SourceName, Source>> {
  return Object.fromEntries(
    SERVICES.map((service) => {
      const { name, path, list } = service;
      const parser = (jobId: string) => serviceParser(service, jobId);
      const listing = list && { list: listOf(service, list) };
      return [name, createSource(cloudClient, { name, endpoint: endpoints[serviceOf(name)], path, parser, ...listing })];
    }),
  );
}

function serviceParser(service: Service, jobId: string): ResponseParser {
  const { name, upstream } = service;
  return { upstream, missing: MISSING_CODES[name], seen: (body) => observationOfServiceJob(service, body, jobId) };
}
