// Evaluates the conditions and calculations of a form definition in the browser,
// exactly as internal/platform/forms does on the server. One table,
// internal/platform/forms/testdata/conditions.json, holds both to the same results.
// A change here is a change there.

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Data = Record<string, unknown>;

/** What an expression is evaluated against, besides the answers. */
export interface Env {
  /** What is known beforehand, by id. */
  facts?: Data;
  /** The fields of the group item at hand. */
  item?: Data | null;
  /** The day it is in Norway, YYYY-MM-DD; the browser's own idea of it when left out. */
  today?: string;
}

const maxDepth = 16;
const maxSteps = 10_000;

interface Run {
  data: Data;
  facts: Data;
  today: string | undefined;
  steps: number;
}

const arity: Record<string, [number, number]> = {
  eq: [2, 2], ne: [2, 2], lt: [2, 2], lte: [2, 2], gt: [2, 2], gte: [2, 2],
  and: [1, Infinity], or: [1, Infinity], not: [1, 1], in: [2, 2], empty: [1, 1],
  count: [1, 2], sum: [1, 2], min: [1, 2], max: [1, 2], distinct: [1, 1], if: [2, 3],
  add: [1, Infinity], sub: [2, 2], mul: [1, Infinity], div: [2, 2], round: [1, 2],
  years_between: [2, 2], months_between: [2, 2], days_between: [2, 2], today: [0, 0],
  add_days: [2, 2], add_months: [2, 2], add_years: [2, 2], year: [1, 1], month: [1, 1],
};

/** Returns the value of an expression; whatever makes no sense is null. */
export function evaluate(expr: unknown, data: Data, env: Env = {}): Value {
  const run: Run = { data, facts: env.facts ?? {}, today: env.today, steps: 0 };
  const value = evalNode(run, expr, env.item ?? null, 1);
  return run.steps > maxSteps ? null : value;
}

/** Reports whether an expression is exactly true. */
export function isTrue(expr: unknown, data: Data, env: Env = {}): boolean {
  return evaluate(expr, data, env) === true;
}

function evalNode(run: Run, expr: unknown, item: Data | null, depth: number): Value {
  run.steps++;
  if (depth > maxDepth || run.steps > maxSteps) return null;
  if (isScalar(expr)) return expr ?? null;
  if (Array.isArray(expr)) return expr.every(isScalar) ? (expr as Value[]) : null;
  if (!isObject(expr)) return null;
  if (typeof own(expr, "op") === "string") return evalOp(run, expr, item, depth + 1);
  if (Object.keys(expr).length !== 1) return null;
  const { field, item: itemField, fact } = expr;
  if (typeof field === "string") return own(run.data, field);
  if (typeof itemField === "string") return own(item, itemField);
  if (typeof fact === "string") return own(run.facts, fact);
  return null;
}

function evalOp(run: Run, expr: Data, item: Data | null, depth: number): Value {
  const hasArgs = Object.prototype.hasOwnProperty.call(expr, "args");
  const args = hasArgs ? expr.args : [];
  if (!Array.isArray(args) || Object.keys(expr).length !== (hasArgs ? 2 : 1)) return null;
  const name = expr.op as string;
  const takes = Object.prototype.hasOwnProperty.call(arity, name) ? arity[name] : undefined;
  if (takes === undefined || args.length < takes[0] || args.length > takes[1]) return null;
  const at = (i: number): Value => evalNode(run, args[i], item, depth);
  switch (name) {
    case "and":
    case "or":
      return args.some((_, i) => (at(i) === true) === (name === "or")) === (name === "or");
    case "if":
      return at(0) === true ? at(1) : args.length === 3 ? at(2) : null;
    case "count":
    case "sum":
    case "min":
    case "max":
      return fold(run, name, args, item, depth);
  }
  return apply(run, name, args.map((_, i) => at(i)));
}

function apply(run: Run, name: string, args: Value[]): Value {
  const a = args[0] ?? null;
  const b = args[1] ?? null;
  switch (name) {
    case "today":
      return run.today ?? todayInNorway();
    case "eq":
      return equal(a, b);
    case "ne":
      return !equal(a, b);
    case "not":
      return a !== true;
    case "empty":
      return isEmpty(a);
    case "in":
      return Array.isArray(b) && b.some((element) => equal(element, a));
    case "distinct":
      return distinct(a);
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return compare(name, a, b);
    case "years_between":
    case "months_between":
    case "days_between":
      return between(name, a, b);
    case "add_days":
    case "add_months":
    case "add_years":
      return later(name, a, b);
    case "year":
    case "month":
      return dateOf(a)?.[name] ?? null;
    case "round":
      return rounded(a, args.length === 2 ? b : 0);
  }
  return arithmetic(name, args);
}

// The second argument is evaluated for each item of the list.
function fold(run: Run, name: string, args: unknown[], item: Data | null, depth: number): Value {
  const list = evalNode(run, args[0], item, depth);
  if (list !== null && !Array.isArray(list)) return null;
  let total = 0;
  const values = (list ?? []).map((element) =>
    args.length === 2 ? evalNode(run, args[1], isObject(element) ? element : null, depth) : (element ?? null));
  if (name === "min" || name === "max") return extreme(name, values);
  for (const value of values) {
    if (name === "sum") total += typeof value === "number" ? value : 0;
    else if (value === true || (args.length === 1 && !isEmpty(value))) total++;
  }
  return finite(total);
}

function isScalar(v: unknown): v is null | boolean | number | string {
  return v === null || v === undefined || typeof v === "boolean" || typeof v === "number" || typeof v === "string";
}

function isObject(v: unknown): v is Data {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

function own(object: Data | null, key: string): Value {
  if (object === null || !Object.prototype.hasOwnProperty.call(object, key)) return null;
  return (object[key] ?? null) as Value;
}

function equal(a: Value, b: Value): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((v, i) => equal(v, b[i] ?? null));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length
      && keys.every((k) => Object.prototype.hasOwnProperty.call(b, k) && equal(own(a, k), own(b, k)));
  }
  return a === b;
}

/** Reports whether nothing was answered; false and zero are answers. */
export function isEmpty(v: unknown): boolean {
  if (v === null || v === undefined) return true;
  if (typeof v === "string") return /^[ \t\r\n]*$/.test(v);
  if (Array.isArray(v)) return v.every(isEmpty);
  if (isObject(v)) return Object.values(v).every(isEmpty);
  return false;
}

function distinct(v: Value): Value {
  if (v !== null && !Array.isArray(v)) return null;
  const seen: Value[] = [];
  for (const element of v ?? []) {
    if (!isEmpty(element) && !seen.some((s) => equal(s, element))) seen.push(element);
  }
  return seen.length;
}

function compare(op: string, a: Value, b: Value): Value {
  let x = a;
  let y = b;
  if (typeof x !== "number" || typeof y !== "number") {
    x = dayNumber(a);
    y = dayNumber(b);
    if (x === null || y === null) return null;
  }
  switch (op) {
    case "lt":
      return x < y;
    case "lte":
      return x <= y;
    case "gt":
      return x > y;
  }
  return x >= y;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

function dateOf(v: Value): Day | null {
  const match = typeof v === "string" ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(v) : null;
  // In this dialect "$" does not match before a final line break, but be exact.
  if (match === null || match[0].length !== 10) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (year < 1 || days === undefined || day < 1 || day > days) return null;
  return { year, month, day };
}

// Days since a fixed day in the Gregorian calendar, with years that begin in March.
function dayNumber(v: Value): number | null {
  const d = dateOf(v);
  if (d === null) return null;
  const y = d.month <= 2 ? d.year - 1 : d.year;
  const month = (d.month + 9) % 12;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
    + Math.floor((month * 306 + 5) / 10) + d.day;
}

function between(op: string, a: Value, b: Value): Value {
  const from = dateOf(a);
  const to = dateOf(b);
  if (from === null || to === null) return null;
  if (op === "days_between") return finite((dayNumber(b) as number) - (dayNumber(a) as number));
  const months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
  return finite(op === "months_between" ? months : Math.floor(months / 12));
}

const maxShift = 100_000;

// Moves a date; a month after 31 January is the last day of February.
function later(op: string, date: Value, by: Value): Value {
  const d = dateOf(date);
  if (d === null || typeof by !== "number" || !Number.isInteger(by) || Math.abs(by) > maxShift) return null;
  if (op === "add_days") return written(utc(d.year, d.month - 1, d.day + by));
  const month = d.month - 1 + (op === "add_months" ? by : 12 * by);
  const last = utc(d.year, month + 1, 0).getUTCDate();
  return written(utc(d.year, month, Math.min(d.day, last)));
}

// Date.UTC takes the years before 100 for those of the last century.
function utc(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}

function written(date: Date): Value {
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return null;
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

// The least or the greatest number or date; what was not answered does not count.
function extreme(op: string, values: Value[]): Value {
  let best: Value = null;
  for (const v of values) {
    if (isEmpty(v)) continue;
    if (typeof v !== "number" && dateOf(v) === null) return null;
    if (best === null) {
      best = v;
      continue;
    }
    const less = compare("lt", v, best);
    if (less === null) return null;
    if (less === (op === "min") && !equal(v, best)) best = v;
  }
  return best;
}

// Rounds halves up, to as many decimals as are asked for.
function rounded(n: Value, decimals: Value): Value {
  if (typeof n !== "number" || typeof decimals !== "number") return null;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 6) return null;
  let scale = 1;
  for (let i = 0; i < decimals; i++) scale *= 10;
  return finite(Math.floor(n * scale + 0.5) / scale);
}

function arithmetic(op: string, args: Value[]): Value {
  const numbers: number[] = [];
  for (const arg of args) {
    if (typeof arg !== "number") return null;
    numbers.push(arg);
  }
  let result = numbers[0] ?? 0;
  for (const n of numbers.slice(1)) {
    if (op === "add") result += n;
    else if (op === "sub") result -= n;
    else if (op === "mul") result *= n;
    else if (op === "div") result /= n;
  }
  return finite(result);
}

function finite(n: number): Value {
  if (!Number.isFinite(n)) return null;
  return n === 0 ? 0 : n;
}

function todayInNorway(): string {
  // The Swedish form of a date is YYYY-MM-DD.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Oslo" }).format(new Date());
}
