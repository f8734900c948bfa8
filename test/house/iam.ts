/** The part of IAM's policy language that infra/*.json uses. Anything else in a policy throws, so that nothing is ignored. */
export interface Policy {
  Version: string;
  Statement: PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Call {
  action: string;
  resource: string;
  /** Condition keys of the request. A key with several values has a list. */
  context?: Record<string, string | string[]>;
}

interface Principal {
  policies: Policy[];
  /** Limits what the policies can allow. */
  boundary?: Policy;
}

const KNOWN = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/** An explicit Deny wins. Otherwise one of the policies must allow the call, and so must the boundary if there is one. */
export function isAllowed({ policies, boundary }: Principal, call: Call): boolean {
  const all = boundary ? [...policies, boundary] : policies;
  if (all.some((policy) => hasEffect(policy, "Deny", call))) return false;
  return policies.some((policy) => hasEffect(policy, "Allow", call)) && (!boundary || hasEffect(boundary, "Allow", call));
}

function hasEffect(policy: Policy, effect: "Allow" | "Deny", call: Call): boolean {
  return policy.Statement.some((statement) => statement.Effect === effect && applies(statement, call));
}

function applies(statement: PolicyStatement, { action, resource, context = {} }: Call): boolean {
  const unknown = Object.keys(statement).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new Error(`this evaluator does not know ${unknown.join(", ")}`);
  const lower = (text: string) => text.toLowerCase();
  const names = (patterns: string | string[]) => [patterns].flat().some((one) => isLike(lower(action), lower(one)));
  const covers = (patterns: string | string[]) =>
    [patterns].flat().some((one) => {
      const pattern = substitute(one, context);
      return pattern !== undefined && isLike(resource, pattern);
    });
  return (
    either("Action", statement.Action, statement.NotAction, names) &&
    either("Resource", statement.Resource, statement.NotResource, covers) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, valuesOf(context, key), [values].flat(), context)),
    )
  );
}

type Patterns = string | string[];

function either(name: string, yes: Patterns | undefined, no: Patterns | undefined, matches: (patterns: Patterns) => boolean) {
  if ((yes === undefined) === (no === undefined)) throw new Error(`a statement needs either ${name} or Not${name}`);
  return yes === undefined ? !matches(no ?? []) : matches(yes);
}

type Compare = (actual: string, wanted: string) => boolean;
const OPERATORS: Record<string, Compare> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringLike: isLike,
};

/** An absent key satisfies only negated operators, `ForAllValues:` and `Null: true`. */
function holds(
  operator: string,
  value: string[] | undefined,
  wanted: string[],
  context: NonNullable<Call["context"]>,
): boolean {
  if (operator === "Null") return wanted.includes(String(value === undefined));
  const [, set, base = ""] = /^(ForAllValues:|ForAnyValue:)?(\w+)$/.exec(operator) ?? [];
  const isNegated = base.startsWith("StringNot");
  const compare = OPERATORS[base.replace("StringNot", "String")];
  if (!compare) throw new Error(`this evaluator does not know the operator ${operator}`);
  if (set === undefined && value !== undefined && value.length > 1) throw new Error(`${operator} of several values`);
  const isOneOf = (actual: string) =>
    wanted.some((pattern) => {
      const filled = substitute(pattern, context);
      return filled !== undefined && compare(actual, filled);
    });
  const fits = (actual: string) => isOneOf(actual) !== isNegated;
  if (value === undefined) return isNegated || set === "ForAllValues:";
  return set === "ForAnyValue:" ? value.some(fits) : value.every(fits);
}

function valuesOf(context: NonNullable<Call["context"]>, key: string): string[] | undefined {
  const entry = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return entry && [entry[1]].flat();
}

/** Fills in policy variables. Returns undefined if the request lacks one; such a pattern matches nothing. */
function substitute(pattern: string, context: NonNullable<Call["context"]>): string | undefined {
  let isComplete = true;
  const text = pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const [value] = valuesOf(context, name) ?? [];
    if (value === undefined) isComplete = false;
    return value ?? "";
  });
  return isComplete ? text : undefined;
}

function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}
