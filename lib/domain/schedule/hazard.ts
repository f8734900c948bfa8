// The hazard rate: how likely a job is to end at an age, given that it has not ended before. Learned from at most 50 durations.

/** A group of jobs whose log durations are normally distributed. */
interface Group {
  weight: number;
  mean: number;
  deviation: number;
}

/** The next duration differs a little, however similar the known ones are. */
const MIN_DEVIATION = 0.05;
/** A job may differ from all known ones. Therefore polls never stop, and do not stay dense while a job is overdue. */
const UNKNOWN = { weight: 0.03, deviation: 1.2 };
const MIN_SURVIVAL = 1e-3;
/** In units of the criterion: two groups must be this much likelier than one, beyond the penalty for their number. */
const MIN_ADVANTAGE = 4;
const MIN_GROUP_SIZE = 3;
const ROUNDS = 30;

/** Returns the hazard rate in the middle of each interval between the ages, which begin at 0. */
export function hazardBetween(ages: readonly number[], durations: readonly number[]): number[] {
  const groups = modelOf(durations.map(Math.log).sort((one, other) => one - other));
  let survival = 1;
  return ages.slice(1).map((to, index) => {
    const from = ages[index] ?? 0;
    const age = (from + to) / 2;
    const density = likelihood(groups, Math.log(age)) / age;
    const left = Math.max(survival - (density * (to - from)) / 2, MIN_SURVIVAL);
    survival -= density * (to - from);
    return density / left;
  });
}

function modelOf(logs: number[]): Group[] {
  const one = groupOf(logs, logs.length);
  const two = twoGroups(logs);
  const isBetter = two !== undefined && criterion(logs, two) + MIN_ADVANTAGE < criterion(logs, [one]);
  const known = isBetter ? two : [one];
  const unknown: Group = { ...one, ...UNKNOWN, deviation: Math.max(UNKNOWN.deviation, one.deviation) };
  return [...known.map((group) => ({ ...group, weight: group.weight * (1 - UNKNOWN.weight) })), unknown];
}

/** The Bayesian information criterion: less is better. */
function criterion(logs: number[], groups: Group[]): number {
  const logLikelihood = logs.reduce((sum, log) => sum + Math.log(likelihood(groups, log)), 0);
  return (3 * groups.length - 1) * Math.log(logs.length) - 2 * logLikelihood;
}

/** Jobs of one type are often of two kinds: with and without data to move. Expectation-maximisation, starting at the best cut. */
function twoGroups(logs: number[]): Group[] | undefined {
  let groups = bestCut(logs);
  for (let round = 0; groups && round < ROUNDS; round++) {
    const [first] = groups;
    const shares = logs.map((log) => (first ? likelihood([first], log) / likelihood(groups ?? [], log) : 0));
    groups = [shares, shares.map((share) => 1 - share)].map((weights) => groupOf(logs, logs.length, weights));
  }
  return groups;
}

function bestCut(logs: number[]): Group[] | undefined {
  let best: Group[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let cut = MIN_GROUP_SIZE; cut <= logs.length - MIN_GROUP_SIZE; cut++) {
    const groups = [logs.slice(0, cut), logs.slice(cut)].map((part) => groupOf(part, logs.length));
    const inTime = groups.reduce((sum, { weight, deviation }) => sum + weight * deviation ** 2, 0);
    if (inTime < least) [best, least] = [groups, inTime];
  }
  return best;
}

function groupOf(logs: number[], count: number, weights: number[] = logs.map(() => 1)): Group {
  const total = weights.reduce((sum, weight) => sum + weight, 1e-9);
  const mean = logs.reduce((sum, log, index) => sum + log * (weights[index] ?? 0), 0) / total;
  const variance = logs.reduce((sum, log, index) => sum + (log - mean) ** 2 * (weights[index] ?? 0), 0) / total;
  return { weight: total / count, mean, deviation: Math.max(Math.sqrt(variance), MIN_DEVIATION) };
}

/** Never 0, so that it can be a divisor and have a logarithm. */
function likelihood(groups: Group[], log: number): number {
  return groups.reduce((sum, { weight, mean, deviation }) => {
    const distance = (log - mean) / deviation;
    return sum + (weight * Math.exp((-distance * distance) / 2)) / (deviation * Math.sqrt(2 * Math.PI));
  }, 1e-300);
}
