import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import type { Data } from "./conditions";
import { resolve, type Rule } from "./resolve";

interface Field {
  id: string;
  when?: unknown;
  calc?: unknown;
  fields?: Field[];
}

interface Row {
  name: string;
  fields: Field[];
  data: Data;
  facts?: Data;
  values: Data;
  hidden: string[];
}

function table(): Row[] {
  for (let dir = process.cwd(); ; dir = dirname(dir)) {
    try {
      return JSON.parse(readFileSync(join(dir, "internal/platform/forms/testdata/resolve.json"), "utf8")) as Row[];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dir === dirname(dir)) throw error;
    }
  }
}

// The page has an element for each field, and for each field of each item.
function rulesOf(fields: Field[], data: Data): Rule[] {
  const rules: Rule[] = [];
  for (const { id, when, calc, fields: inner } of fields) {
    rules.push({ name: id, ...(when === undefined ? {} : { when }), ...(calc === undefined ? {} : { calc }) });
    const items = data[id];
    if (!inner || !Array.isArray(items)) continue;
    items.forEach((_, i) => {
      for (const rule of rulesOf(inner, {})) rules.push({ ...rule, name: `${id}[${i}].${rule.name}` });
    });
  }
  return rules;
}

for (const row of table()) {
  test(`resolve: ${row.name}`, () => {
    const rules = rulesOf(row.fields, row.data);
    for (const order of [rules, [...rules].reverse()]) {
      const got = resolve(order, row.data, { facts: row.facts ?? {}, today: "2026-11-21" });
      assert.deepStrictEqual(got.values, row.values);
      assert.deepStrictEqual([...got.hidden].sort(), [...row.hidden].sort());
    }
  });
}

test("resolve: what was given is left as it is", () => {
  const given = { a: 1, b: 9 };
  resolve([{ name: "b", calc: { op: "add", args: [{ field: "a" }, 1] } }], given, {});
  assert.deepStrictEqual(given, { a: 1, b: 9 });
});

test("resolve: a circle, which the server refuses, ends all the same", () => {
  const flip = { op: "not", args: [{ field: "a" }] };
  resolve([{ name: "a", calc: flip }], {}, {});
});
