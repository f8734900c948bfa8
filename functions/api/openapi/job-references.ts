import { DEFAULT_SOURCE, SOURCE_NAMES, SOURCES } from "../../../lib/domain/job/sources.ts";
import { CLOUD_SPELLINGS } from "../routes/schemas.ts";

// Adds what zod's schema of a registration does not express: the cloud's spellings, and the required fields per source.

interface ObjectSchema {
  properties?: Record<string, object>;
}

export function withReferences(registration: ObjectSchema): object {
  const { properties = {} } = registration;
  const spelled = [...CLOUD_SPELLINGS].map(([spelling, name]) => {
    return [spelling, { ...properties[name], description: `The cloud's spelling of ${name}. Send one of the two.` }];
  });
  const byFields = Map.groupBy(SOURCE_NAMES, (source) => Object.keys(SOURCES[source].fields).join());
  const ways = [...byFields].map(([fields, sources]) => ({
    properties: { source: { enum: sources } },
    ...(!sources.includes(DEFAULT_SOURCE) && { required: ["source"] }),
    allOf: fields.split(",").map(inOneSpelling),
  }));
  return { ...registration, properties: { ...properties, ...Object.fromEntries(spelled) }, anyOf: ways };
}

function inOneSpelling(field: string): object {
  const spellings = [...CLOUD_SPELLINGS].filter(([, name]) => name === field).map(([spelling]) => spelling);
  const ways = [field, ...spellings].map((name) => ({ required: [name] }));
  return ways.length > 1 ? { oneOf: ways } : { required: [field] };
}
