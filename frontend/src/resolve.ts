// Decides what a page asks and works out what is calculated, as Resolve of
// internal/platform/forms does on the server: the answer to a hidden question
// counts as not given, also for the conditions and calculations that look at it.
// One table, internal/platform/forms/testdata/resolve.json, holds both to the same.
import { itemOf, pathOf } from "./answers";
import { evaluate, type Data, type Env, type Value } from "./conditions";

/** A question that has a condition, a calculation or both. */
export interface Rule {
  name: string; // "siblings[0].born"
  when?: unknown;
  calc?: unknown;
}

export interface Resolved {
  values: Data;
  hidden: Set<string>;
  calculated: Map<string, Value>;
}

/**
 * Goes over the rules until nothing changes any more. The server refuses forms
 * whose questions depend on each other in a circle, so that this takes no more
 * rounds than there are rules.
 */
export function resolve(rules: Rule[], given: Data, env: Env): Resolved {
  let now: Resolved = { values: given, hidden: new Set(), calculated: new Map() };
  for (let round = 0; round <= rules.length + 1; round++) {
    const next = once(rules, count(rules, given, now), env);
    const settled = same(now, next);
    now = next;
    if (settled) break;
  }
  return { ...now, values: count(rules, given, now) };
}

function once(rules: Rule[], values: Data, env: Env): Resolved {
  const next: Resolved = { values, hidden: new Set(), calculated: new Map() };
  for (const rule of rules) {
    const at = { ...env, item: itemOf(values, rule.name) };
    if (rule.when !== undefined && evaluate(rule.when, values, at) !== true) next.hidden.add(rule.name);
    else if (rule.calc !== undefined) next.calculated.set(rule.name, evaluate(rule.calc, values, at));
  }
  return next;
}

// The answers that count: calculated ones put in, hidden ones left out.
function count(rules: Rule[], given: Data, r: Resolved): Data {
  const values = structuredClone(given);
  for (const rule of rules) {
    if (rule.calc !== undefined) put(values, rule.name, r.calculated.get(rule.name) ?? null);
    if (r.hidden.has(rule.name)) put(values, rule.name, null);
  }
  return values;
}

function put(values: Data, name: string, value: Value): void {
  const path = pathOf(name);
  const last = path.pop();
  let node: unknown = values;
  for (const step of path) node = typeof node === "object" && node !== null ? (node as Data)[String(step)] : null;
  if (typeof node !== "object" || node === null || last === undefined) return;
  if (value === null) delete (node as Data)[String(last)];
  else (node as Data)[String(last)] = value;
}

function same(a: Resolved, b: Resolved): boolean {
  if (a.hidden.size !== b.hidden.size || a.calculated.size !== b.calculated.size) return false;
  for (const name of b.hidden) if (!a.hidden.has(name)) return false;
  for (const [name, value] of b.calculated) if (!a.calculated.has(name) || a.calculated.get(name) !== value) return false;
  return true;
}
