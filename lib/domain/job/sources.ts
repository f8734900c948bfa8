// The kinds of jobs that can be tracked: the value of `source` in a registration, and the fields that identify a job of each kind.

/** One field of a registration. The fields of a source, joined by dots, are the job's id. */
export type ReferenceField =
  /**
   * `pattern` never matches a dot, so that an id can be split again. `accepts`: a wider pattern of values that are accepted and converted to
   * lower case. `requirement`: the error text for other values.
   */
  { pattern: RegExp; requirement: string; accepts?: RegExp } | { words: readonly string[] };

interface SourceForm {
  /** What messages call a job that has no title and no known type. */
  noun: string;
  /** The service that runs it: the first label of its host. */
  service: string;
  fields: Record<string, ReferenceField>;
  /** The right in the cloud that a poll needs. Absent: its name is not documented. */
  right?: string;
  /** A reference can be used again for another operation: ids end in a sequence number. */
  hasSequenceNumber?: true;
  /** The format of the ids that its cloud service issues. Ids unknown to other sources are tried here only if they match. */
  issuedIds?: RegExp;
  /** A list of a whole project. Absent: the source cannot be watched. */
  list?: {
    operations: readonly string[];
    /** What it lists, in the plural. */
    noun: string;
    /** The right in the cloud that it needs. */
    right: string;
    /** It lists operations since a given time, not what exists. */
    isLog?: true;
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_IN_ANY_CASE = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;
const HEX = /^[0-9a-f]{32}$/;
const NUMBER = /^[1-9][0-9]{0,5}$/;

const anyId: ReferenceField = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  requirement: "must be 1 to 64 letters, digits, - and _, beginning with a letter or digit",
};
const shareId: ReferenceField = { pattern: UUID, requirement: "must be the UUID of a share", accepts: UUID_IN_ANY_CASE };

const SHARE_OPERATIONS = ["create", "extend", "change-security-group", "add-backend", "remove-backend", "delete"] as const;
export type ShareOperation = (typeof SHARE_OPERATIONS)[number];
const TASK_FEATURES = ["hpc-cache", "dir-usage"] as const;
export type TaskFeature = (typeof TASK_FEATURES)[number];
/** The operation types of CBR. */
const LOGGED_OPERATIONS = ["backup", "delete", "restore", "vault_delete", "remove_resource", "sync", "replication"] as const;

const FORMS = {
  "sfs-turbo-job": { noun: "SFS Turbo job", service: "sfs-turbo", fields: { jobId: anyId }, right: "sfsturbo:shares:getJob" },
  "sfs-turbo-share": {
    noun: "SFS Turbo share",
    service: "sfs-turbo",
    fields: { shareId, operation: { words: SHARE_OPERATIONS } },
    right: "sfsturbo:shares:getShare",
    hasSequenceNumber: true,
    issuedIds: UUID,
    list: { operations: SHARE_OPERATIONS, noun: "SFS Turbo shares", right: "sfsturbo:shares:getAllShares" },
  },
  "sfs-turbo-task": {
    noun: "SFS Turbo task",
    service: "sfs-turbo",
    fields: { shareId, feature: { words: TASK_FEATURES }, taskId: anyId },
  },
  "ecs-job": { noun: "ECS job", service: "ecs", fields: { jobId: anyId }, issuedIds: HEX },
  "evs-job": { noun: "EVS job", service: "evs", fields: { jobId: anyId }, issuedIds: HEX },
  "ims-job": { noun: "IMS job", service: "ims", fields: { jobId: anyId }, issuedIds: HEX },
  "sdrs-job": { noun: "SDRS job", service: "sdrs", fields: { jobId: anyId }, issuedIds: HEX },
  "bms-job": { noun: "BMS job", service: "bms", fields: { jobId: anyId }, issuedIds: HEX },
  "dcs-job": { noun: "DCS job", service: "dcs", fields: { jobId: anyId }, issuedIds: HEX },
  "rds-job": { noun: "RDS job", service: "rds", fields: { jobId: anyId }, issuedIds: UUID },
  "dds-job": { noun: "DDS job", service: "dds", fields: { jobId: anyId }, issuedIds: UUID },
  "cbr-log": {
    noun: "CBR operation",
    service: "cbr",
    fields: { jobId: anyId },
    right: "cbr:tasks:get",
    issuedIds: UUID,
    list: { operations: LOGGED_OPERATIONS, noun: "CBR operations", right: "cbr:tasks:list", isLog: true },
  },
} satisfies Record<string, SourceForm>;

export type SourceName = keyof typeof FORMS;
export const SOURCES: Readonly<Record<SourceName, SourceForm>> = FORMS;
export const SOURCE_NAMES = Object.keys(FORMS) as [SourceName, ...SourceName[]];
export const DEFAULT_SOURCE: SourceName = "sfs-turbo-job";

/** The sources of which a whole project can be listed. */
export const WATCHABLE_SOURCES = ["sfs-turbo-share", "cbr-log"] as const satisfies SourceName[];
export type WatchableSource = (typeof WATCHABLE_SOURCES)[number];

/** The operations that a list of this source shows. */
export function listedOperations(source: WatchableSource): readonly string[] {
  return FORMS[source].list.operations;
}

/** The right in the cloud that a poll of this source needs, if its name is documented. */
export function pollRightOf(source: string): string | undefined {
  return isSource(source) ? SOURCES[source].right : undefined;
}

/** The rights in the cloud that the sources of a service need, as far as they are documented. */
export function rightsOf(service: string): { poll: string[]; list: string[] } {
  const own = Object.values(SOURCES).filter((form) => form.service === service);
  return { poll: own.flatMap(({ right }) => right ?? []), list: own.flatMap(({ list }) => list?.right ?? []) };
}

/** The right in the cloud that the list needs. */
export function listRightOf(source: WatchableSource): string {
  return FORMS[source].list.right;
}

/** Returns true if an entry that the list no longer shows means nothing. */
export function isLog(source: WatchableSource): boolean {
  const { list }: SourceForm = FORMS[source];
  return list?.isLog === true;
}

/** "SFS Turbo shares". */
export function pluralOf(source: WatchableSource): string {
  return FORMS[source].list.noun;
}

/** Returns true if a text can be the id of a job of this source. Only such ids may appear in a URL or a table key. */
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

/** Returns the source that an id can belong to: the default source if several match, undefined if none does. */
export function sourceOfId(jobId: string): SourceName | undefined {
  return SOURCE_NAMES.find((name) => isIdOf(name, jobId));
}

/** The parts of an id of the source `sfs-turbo-share`. */
export function partsOfShareJob(jobId: string): { shareId: string; operation: ShareOperation } {
  const [shareId = "", operation = ""] = jobId.split(".");
  return { shareId, operation: operation as ShareOperation };
}

export function hasSequenceNumber(source: string): boolean {
  return isSource(source) && SOURCES[source].hasSequenceNumber === true;
}

/** An unknown source (from a later version) counts as a service of its own. */
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

/** Returns the other sources that an id unknown to its source may belong to, and its id there. */
export function otherSourcesOf(source: string, id: string): { source: SourceName; jobId: string }[] {
  const others = SOURCE_NAMES.filter((name) => name !== source && SOURCES[name].issuedIds?.test(id));
  return others.map((name) => ({ source: name, jobId: hasSequenceNumber(name) ? `${id}.create.1` : id }));
}

export function isSource(source: string): source is SourceName {
  return Object.hasOwn(SOURCES, source);
}
