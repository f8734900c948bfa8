import type { SourceName } from "../../../../domain/job/sources.ts";
import type { Source } from "../../../../ports.ts";
import type { Reading } from "../../http/answer.ts";
import type { Ask } from "../../http/client.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { createSource } from "../source.ts";
import { observationOfSibling } from "./job-answer.ts";
import { SERVICES, type Service } from "./services.ts";

/** The job APIs of the services beside SFS Turbo: one source for each row of the table. */
export function createSiblingSources(
  ask: Ask,
  endpoints: Readonly<Record<string, string>>,
): Partial<Record<SourceName, Source>> {
  return Object.fromEntries(
    SERVICES.map((service) => {
      const { name, host, path } = service;
      const reading = (jobId: string) => readingOfSibling(service, jobId);
      return [name, createSource(ask, { name, endpoint: endpoints[host], path, reading })];
    }),
  );
}

function readingOfSibling(service: Service, jobId: string): Reading {
  const { name, peer } = service;
  return { peer, missing: MISSING_CODES[name], seen: (body) => observationOfSibling(service, body, jobId) };
}
