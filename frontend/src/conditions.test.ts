import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { evaluate, isTrue, type Data, type Env } from "./conditions";

interface Row {
  name: string;
  expr: unknown;
  data: Data;
  facts?: Data;
  item?: Data;
  expect: unknown;
}

// The table lies with the server's evaluator; look for it from here upwards.
function table(): Row[] {
  for (let dir = process.cwd(); ; dir = dirname(dir)) {
    try {
      return JSON.parse(readFileSync(join(dir, "internal/platform/forms/testdata/conditions.json"), "utf8")) as Row[];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dir === dirname(dir)) throw error;
    }
  }
}

for (const row of table()) {
  test(`conditions: ${row.name}`, () => {
    const env: Env = { today: "2026-11-21" };
    if (row.facts) env.facts = row.facts;
    if (row.item) env.item = row.item;
    const got = evaluate(row.expr, row.data, env);
    assert.deepStrictEqual(got, row.expect);
    assert.equal(isTrue(row.expr, row.data, env), row.expect === true);
  });
}

test("conditions: a long group that costs too much is null", () => {
  const expr = { op: "sum", args: [{ field: "a" }, { op: "sum", args: [{ field: "a" }, 1] }] };
  assert.equal(evaluate(expr, { a: new Array(50).fill(null) }), 2500);
  assert.equal(evaluate(expr, { a: new Array(200).fill(null) }), null);
});

test("conditions: today is a date in Norway when the page gives none", () => {
  assert.match(String(evaluate({ op: "today" }, {})), /^\d{4}-\d{2}-\d{2}$/);
});

test("conditions: undefined answers are null", () => {
  assert.equal(evaluate({ field: "a" }, { a: undefined }), null);
  assert.equal(evaluate({ op: "empty", args: [{ field: "a" }] }, { a: undefined }), true);
});
