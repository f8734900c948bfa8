// What can be watched: the names that registrations give as `source`, and what names one job of each.

/** One field of a registration. The fields of a source together, joined by dots, are the job's id. */
export type ReferenceField =
  /**
   * `says`: what a wrong value must be. None matches a dot, so that an id can be taken apart again. `taken`: what is taken for it, and made
   * lower case.
   */
  { pattern: RegExp; says: string; taken?: RegExp } | { words: readonly string[] };

interface SourceForm {
  /** What messages call a job of which no more is known. */
  noun: string;
  /** The service that answers for it: the first label of its host. */
  service: string;
  fields: Record<string, ReferenceField>;
  /** The same reference can come again for another operation: ids end in a number that grows. */
  hasSequenceNumber?: true;
  /** What ids look like that its cloud hands out: whether one that nobody knows elsewhere is worth asking for here. */
  handsOut?: RegExp;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_IN_ANY_CASE = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;
const HEX = /^[0-9a-f]{32}$/;
const NUMBER = /^[1-9][0-9]{0,5}$/;

const anyId: ReferenceField = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  says: "must be 1 to 64 letters, digits, - and _, beginning with a letter or digit",
};
const shareId: ReferenceField = { pattern: UUID, says: "must be the UUID of a share", taken: UUID_IN_ANY_CASE };

const SHARE_OPERATIONS = ["create", "extend", "change-security-group", "add-backend", "remove-backend", "delete"] as const;
export type ShareOperation = (typeof SHARE_OPERATIONS)[number];
const TASK_FEATURES = ["hpc-cache", "dir-usage"] as const;
export type TaskFeature = (typeof TASK_FEATURES)[number];

const FORMS = {
  "sfs-turbo-job": { noun: "SFS Turbo job", service: "sfs-turbo", fields: { jobId: anyId } },
  "sfs-turbo-share": {
    noun: "SFS Turbo share",
    service: "sfs-turbo",
    fields: { shareId, operation: { words: SHARE_OPERATIONS } },
    hasSequenceNumber: true,
    handsOut: UUID,
  },
  "sfs-turbo-task": {
    noun: "SFS Turbo task",
    service: "sfs-turbo",
    fields: { shareId, feature: { words: TASK_FEATURES }, taskId: anyId },
  },
  "ecs-job": { noun: "ECS job", service: "ecs", fields: { jobId: anyId }, handsOut: HEX },
  "evs-job": { noun: "EVS job", service: "evs", fields: { jobId: anyId }, handsOut: HEX },
  "ims-job": { noun: "IMS job", service: "ims", fields: { jobId: anyId }, handsOut: HEX },
  "sdrs-job": { noun: "SDRS job", service: "sdrs", fields: { jobId: anyId }, handsOut: HEX },
  "bms-job": { noun: "BMS job", service: "bms", fields: { jobId: anyId }, handsOut: HEX },
  "dcs-job": { noun: "DCS job", service: "dcs", fields: { jobId: anyId }, handsOut: HEX },
  "rds-job": { noun: "RDS job", service: "rds", fields: { jobId: anyId }, handsOut: UUID },
  "dds-job": { noun: "DDS job", service: "dds", fields: { jobId: anyId }, handsOut: UUID },
  "cbr-log": { noun: "CBR operation", service: "cbr", fields: { jobId: anyId }, handsOut: UUID },
} satisfies Record<string, SourceForm>;

export type SourceName = keyof typeof FORMS;
export const SOURCES: Readonly<Record<SourceName, SourceForm>> = FORMS;
export const SOURCE_NAMES = Object.keys(FORMS) as [SourceName, ...SourceName[]];
export const DEFAULT_SOURCE: SourceName = "sfs-turbo-job";

/** Whether a text can be the id of a job of this source: nothing else may come near an URL or a key of the table. */
export function isIdOf(source: SourceName, jobId: string): boolean {
  const { fields, hasSequenceNumber: endsInNumber } = SOURCES[source];
  const parts = jobId.split(".");
  if (endsInNumber && !NUMBER.test(parts.pop() ?? "")) return false;
  const own = Object.values(fields);
  return parts.length === own.length && own.every((field, index) => isValueOf(field, parts[index] ?? ""));
}

function isValueOf(field: ReferenceField, value: string): boolean {
  return "words" in field ? field.words.includes(value) : field.pattern.test(value);
}

/** The source whose job an id can be: the default where several are possible, undefined where none is. */
export function sourceOfId(jobId: string): SourceName | undefined {
  return SOURCE_NAMES.find((name) => isIdOf(name, jobId));
}

export function hasSequenceNumber(source: string): boolean {
  return isSource(source) && SOURCES[source].hasSequenceNumber === true;
}

/** A source of a version to come counts as a service of its own. */
export function serviceOf(source: string): string {
  return isSource(source) ? SOURCES[source].service : source;
}

/** "SFS Turbo", "ECS". */
export function serviceName(service: string): string {
  return service === "sfs-turbo" ? "SFS Turbo" : service.toUpperCase();
}

export function nounOf(source: string): string {
  return isSource(source) ? SOURCES[source].noun : source;
}

/** Where else an id that its source does not know may come from, and by which id it is asked for there. */
export function otherSourcesOf(source: string, id: string): { source: SourceName; jobId: string }[] {
  const others = SOURCE_NAMES.filter((name) => name !== source && SOURCES[name].handsOut?.test(id));
  return others.map((name) => ({ source: name, jobId: hasSequenceNumber(name) ? `${id}.create.1` : id }));
}

function isSource(source: string): source is SourceName {
  return Object.hasOwn(SOURCES, source);
}
