// Turns the fields of a form into the data that conditions read.

export interface Answer {
  name: string; // "children[0].name"
  value: string;
  type: string | undefined; // data-type: "number", "boolean", "list", or text
}

type Tree = Record<string, unknown>;

/** Builds the data: texts, numbers, yes and no, lists, groups as lists of objects. */
export function answersToData(answers: Answer[]): Tree {
  const data: Tree = {};
  for (const { name, value, type } of answers) {
    const path = pathOf(name);
    if (path.length === 0) continue;
    if (type === "list") append(data, path, value);
    else place(data, path, typed(value, type));
  }
  return data;
}

/** "children[0].name" and "children.0.name" are the steps children, 0, name. */
export function pathOf(name: string): (string | number)[] {
  const steps = name.split(/[.[\]]+/).filter((step) => step !== "");
  if (steps.some((step) => step === "__proto__" || step === "constructor" || step === "prototype")) return [];
  return steps.map((step) => (/^\d{1,4}$/.test(step) ? Number(step) : step));
}

function typed(value: string, type: string | undefined): unknown {
  if (type === "boolean") return value !== "" && value !== "false";
  if (value === "") return null;
  if (type !== "number") return value;
  const number = Number(value.replace(/[\s\u00a0]/g, "").replace(",", "."));
  return Number.isFinite(number) ? number : value;
}

function place(data: Tree, path: (string | number)[], value: unknown): void {
  const [node, last] = descend(data, path);
  node[last] = value;
}

function append(data: Tree, path: (string | number)[], value: string): void {
  const [node, last] = descend(data, path);
  const list = Array.isArray(node[last]) ? (node[last] as unknown[]) : [];
  if (value !== "") list.push(value);
  node[last] = list;
}

function descend(data: Tree, path: (string | number)[]): [Tree, string] {
  let node = data;
  for (let i = 0; i < path.length - 1; i++) {
    const step = String(path[i]);
    if (typeof node[step] !== "object" || node[step] === null) {
      node[step] = typeof path[i + 1] === "number" ? [] : {};
    }
    node = node[step] as Tree;
  }
  return [node, String(path[path.length - 1])];
}

/** The item that a field of a group belongs to, or null. */
export function itemOf(data: Tree, name: string): Tree | null {
  const path = pathOf(name);
  let node: unknown = data;
  let item: Tree | null = null;
  for (const step of path.slice(0, -1)) {
    node = typeof node === "object" && node !== null ? (node as Tree)[String(step)] : null;
    if (typeof step === "number") item = (node as Tree | null) ?? null;
  }
  return item;
}
