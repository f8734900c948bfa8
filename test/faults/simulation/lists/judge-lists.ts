import type { Verdict } from "../judge.ts";
import { crowdsOf, type Output, repeatsOf } from "../repeats.ts";
import type { Delivered, Post } from "../sink.ts";
import type { Case } from "./evidence.ts";
import { endsOf } from "./facts.ts";
import { CHANNEL_OF, type ListPlan, type OperationPlan, type Team } from "./plan.ts";
import { mustReport } from "./required.ts";

/** The first message about an end of one job to one team. */
interface ReportedEnd {
  team: Team;
  jobId: string;
  id: string;
  operation: string;
  word: string;
  at: number;
}

const REGISTRATION_MS = 30_000;
/** A share that is missing from the first list and was created this shortly before it counts as new. */
const OVERLAP_MS = 11 * 60_000;

/** Judges what the teams were sent by what happened in the cloud. Knows nothing that the program stored about jobs. */
export function judgeLists(one: Case): Verdict {
  const { plan, posts, polls } = one;
  const ends = reportedEnds(one);
  const delivered = posts.flatMap((post) => post.notifications.map((notification) => ({ post, notification })));
  const groups = Map.groupBy(delivered, ({ post, notification }) => `${post.channel}: ${notification.stored}`);
  const repeats = [...groups].flatMap(([name, output]: [string, Output[]]) => repeatsOf(name, output, new Map()));
  return {
    lost: [...lostOf(one, ends), ...silentOf(one)],
    wrong: [...wrongOf(one, ends), ...delivered.flatMap(({ post, notification }) => untrueOf(plan, post, notification))],
    disordered: [],
    uncovered: repeats.flatMap(({ what, isCovered }) => (isCovered ? [] : [what])),
    covered: repeats.filter(({ isCovered }) => isCovered).length,
    crowded: crowdsOf(plan, polls),
  };
}

function reportedEnds({ plan, posts }: Case): ReportedEnd[] {
  const first = new Map<string, ReportedEnd>();
  for (const { channel, at, notifications } of posts)
    for (const { stored, word } of notifications) {
      const team = teamOf(channel);
      if (!team || (word !== "success" && word !== "failed")) continue;
      const isBackup = plan.backups.some((backup) => backup.id === stored);
      const [id = "", operation = ""] = isBackup ? [stored, "backup"] : stored.split(".");
      const key = `${team} ${stored} ${word}`;
      if (!first.has(key)) first.set(key, { team, jobId: stored, id, operation, word, at });
    }
  return [...first.values()].sort((one, other) => one.at - other.at);
}

function teamOf(channel: string): Team | undefined {
  return (["storage", "hpc"] as const).find((team) => CHANNEL_OF[team] === channel);
}

const groupOf = ({ team, id, operation, word }: Pick<ReportedEnd, "team" | "id" | "operation" | "word">) =>
  `${team}: ${id} ${operation} ${word}`;

/** Each operation that must be reported was, by a job of its own. */
function lostOf(one: Case, ends: ReportedEnd[]): string[] {
  const reported = Map.groupBy(ends, groupOf);
  const required = (["storage", "hpc"] as const).flatMap((team) =>
    endsOf(one.plan)
      .filter((operation) => mustReport(one, team, operation))
      .map((operation) => ({ team, ...operation, word: operation.end })),
  );
  return [...Map.groupBy(required, groupOf)].flatMap(([name, all]) => {
    const count = reported.get(name)?.length ?? 0;
    const times = all.map(({ at, endAt }) => `${at} to ${endAt}`).join(", ");
    return count >= all.length ? [] : [`${name} was reported ${count} instead of ${all.length} times (${times})`];
  });
}

/** Each reported end belongs to an operation of its own that had ended so, after the team began to watch. */
function wrongOf(one: Case, ends: ReportedEnd[]): string[] {
  return [...Map.groupBy(ends, groupOf)].flatMap(([name, reported]) => {
    const [first] = reported;
    if (!first) return [];
    const left = endsOf(one.plan)
      .filter(({ id, operation, end }) => id === first.id && operation === first.operation && end === first.word)
      .filter((operation) => mayReport(one, first.team, operation));
    return reported.flatMap(({ jobId, at }) => {
      const match = left.findIndex(({ endAt }) => endAt <= at);
      if (match < 0) return [`${name} was reported at ${at} as ${jobId}, without an operation`];
      left.splice(match, 1);
      return [];
    });
  });
}

function mayReport({ plan, evidence }: Case, team: Team, { id, operation, at, endAt }: OperationPlan): boolean {
  const own = evidence.jobs.filter(
    (job) => job.team === team && (job.jobId === id || job.jobId.startsWith(`${id}.${operation}.`)),
  );
  if (own.some((job) => job.kind === "stopped" && job.at >= at && job.at < endAt)) return false;
  if (own.some((job) => job.kind === "registered" && endAt > job.at - REGISTRATION_MS)) return true;
  const watched = evidence.watches.filter((watch) => watch.team === team).map(({ from }) => from);
  const source = operation === "backup" ? "cbr-log" : "sfs-turbo-share";
  const first = evidence.lists.find((list) => list.source === source && list.at > Math.min(...watched));
  if (!first) return false;
  const couldAppear = evidence.lists.some(({ omitted }) => omitted.has(id)) && operation === "create";
  // The log is read from a time of the poller's clock on, which may be ahead.
  const couldMiss = couldAppear || (source === "cbr-log" && plan.rates.ahead > 0);
  return endAt > first.at - (couldMiss ? OVERLAP_MS : 0);
}

/** Words that are no ends. */
function untrueOf(plan: ListPlan, { at, channel }: Post, { stored, word }: Delivered): string[] {
  const own = endsOf(plan).filter(({ id, operation }) => id === stored || stored.startsWith(`${id}.${operation}.`));
  const share = plan.shares.find(({ id }) => stored.startsWith(id));
  const canBeLost = (share?.deletedAt ?? 0) <= at || plan.narrowed?.hidden.includes(share?.id ?? "");
  const isFalse =
    (word === "running" && !own.some((operation) => operation.at <= at)) || (word === "lost" && share && !canBeLost);
  return isFalse ? [`${stored} ${word} was delivered to ${channel} at ${at}`] : [];
}

/** At the end each watch works, and says so. */
function silentOf({ plan, evidence }: Case): string[] {
  const staysUncertain = plan.gone === "conditional" && plan.shares.some(({ deletedAt }) => Number.isFinite(deletedAt));
  return evidence.watches.flatMap(({ team, until, watch }) => {
    if (until < Number.POSITIVE_INFINITY || (staysUncertain && watch.failing?.cause === "incomplete")) return [];
    const trouble = watch.failing?.cause ?? (watch.startedAt === undefined && "never listed");
    return trouble ? [`the watch ${watch.source} of ${team} is still in trouble: ${trouble}`] : [];
  });
}
