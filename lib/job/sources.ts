// What can be watched: the names that registrations give as `source`, and what names one job of each.

/** One field of a registration. The fields of a source together, joined by dots, are the job's id. */
export interface ReferenceField {
  /** Without anchors. Holds no dot, so that an id can be taken apart again. */
  pattern: string;
  /** What a wrong value must be. */
  says: string;
  /** Capitals mean the same. */
  lowerCase?: true;
}

interface SourceForm {
  /** What messages call a job of which no more is known. */
  noun: string;
  fields: Record<string, ReferenceField>;
  /** The same reference can come again for another operation: ids end in a number that grows. */
  isNumbered?: true;
  /** What ids look like that its cloud hands out: whether one that nobody knows elsewhere is worth asking for here. */
  handsOut?: RegExp;
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const ANY_ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
const IS_UUID = new RegExp(`^${UUID}$`);
const IS_HEX = /^[0-9a-f]{32}$/;

const anyId: ReferenceField = {
  pattern: ANY_ID,
  says: "must be 1 to 64 letters, digits, - and _, beginning with a letter or digit",
};
const shareId: ReferenceField = { pattern: UUID, says: "must be the UUID of a share", lowerCase: true };

function oneOf(...words: string[]): ReferenceField {
  return { pattern: `(?:${words.join("|")})`, says: `must be one of ${words.join(", ")}` };
}

const SHARE_OPERATIONS = ["create", "extend", "change-security-group", "add-backend", "remove-backend", "delete"] as const;
export type ShareOperation = (typeof SHARE_OPERATIONS)[number];
const TASK_FEATURES = ["hpc-cache", "dir-usage"] as const;
export type TaskFeature = (typeof TASK_FEATURES)[number];

const FORMS = {
  "sfs-turbo-job": { noun: "SFS Turbo job", fields: { jobId: anyId } },
  "sfs-turbo-share": {
    noun: "SFS Turbo share",
    fields: { shareId, operation: oneOf(...SHARE_OPERATIONS) },
    isNumbered: true,
    handsOut: IS_UUID,
  },
  "sfs-turbo-task": { noun: "SFS Turbo task", fields: { shareId, feature: oneOf(...TASK_FEATURES), taskId: anyId } },
  "ecs-job": { noun: "ECS job", fields: { jobId: anyId }, handsOut: IS_HEX },
  "evs-job": { noun: "EVS job", fields: { jobId: anyId }, handsOut: IS_HEX },
  "ims-job": { noun: "IMS job", fields: { jobId: anyId }, handsOut: IS_HEX },
  "sdrs-job": { noun: "SDRS job", fields: { jobId: anyId }, handsOut: IS_HEX },
  "bms-job": { noun: "BMS job", fields: { jobId: anyId }, handsOut: IS_HEX },
  "dcs-job": { noun: "DCS job", fields: { jobId: anyId }, handsOut: IS_HEX },
  "rds-job": { noun: "RDS job", fields: { jobId: anyId }, handsOut: IS_UUID },
  "dds-job": { noun: "DDS job", fields: { jobId: anyId }, handsOut: IS_UUID },
  "cbr-log": { noun: "CBR operation", fields: { jobId: anyId }, handsOut: IS_UUID },
} satisfies Record<string, SourceForm>;

export type SourceName = keyof typeof FORMS;
export const SOURCES: Readonly<Record<SourceName, SourceForm>> = FORMS;
export const SOURCE_NAMES = Object.keys(FORMS) as [SourceName, ...SourceName[]];
export const DEFAULT_SOURCE: SourceName = "sfs-turbo-job";

const IDS = new Map(SOURCE_NAMES.map((name) => [name, idPattern(SOURCES[name])]));

/** Whether a text can be the id of a job of this source: nothing else may come near an URL or a key of the table. */
export function isIdOf(source: SourceName, jobId: string): boolean {
  return IDS.get(source)?.test(jobId) === true;
}

/** The source whose job an id can be: the default where several are possible, undefined where none is. */
export function sourceOfId(jobId: string): SourceName | undefined {
  return SOURCE_NAMES.find((name) => isIdOf(name, jobId));
}

export function isNumbered(source: string): boolean {
  return isSource(source) && SOURCES[source].isNumbered === true;
}

export function nounOf(source: string): string {
  return isSource(source) ? SOURCES[source].noun : source;
}

/** Where else an id that its source does not know may come from, and by which id it is asked for there. */
export function otherSourcesOf(source: string, id: string): { source: SourceName; jobId: string }[] {
  const others = SOURCE_NAMES.filter((name) => name !== source && SOURCES[name].handsOut?.test(id));
  return others.map((name) => ({ source: name, jobId: isNumbered(name) ? `${id}.create.1` : id }));
}

function isSource(source: string): source is SourceName {
  return Object.hasOwn(SOURCES, source);
}

function idPattern({ fields, isNumbered: numbered }: SourceForm): RegExp {
  const parts = Object.values(fields).map(({ pattern }) => pattern);
  return new RegExp(`^${[...parts, ...(numbered ? ["[1-9][0-9]{0,5}"] : [])].join("\\.")}$`);
}
