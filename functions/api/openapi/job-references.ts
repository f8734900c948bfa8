import { DEFAULT_SOURCE, SOURCE_NAMES, SOURCES } from "../../../lib/domain/job/sources.ts";
import { CLOUD_SPELLINGS } from "../routes/schemas.ts";

// What the schema of a registration leaves to code: names as the cloud spells them, and which fields name a job of which source.

interface ObjectSchema {
  properties?: Record<string, object>;
}

export function withReferences(registration: ObjectSchema): object {
  const { properties = {} } = registration;
  const spelled = [...CLOUD_SPELLINGS].map(([spelling, name]) => {
    return [spelling, { ...properties[name], description: `${name} as the cloud spells it: give one of the two` }];
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
