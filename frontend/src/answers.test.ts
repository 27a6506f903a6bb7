import assert from "node:assert/strict";
import { test } from "node:test";

import { answersToData, itemOf, pathOf } from "./answers";

const answer = (name: string, value: string, type?: string) => ({ name, value, type });

test("names become paths", () => {
  assert.deepEqual(pathOf("children[0].name"), ["children", 0, "name"]);
  assert.deepEqual(pathOf("children.0.name"), ["children", 0, "name"]);
  assert.deepEqual(pathOf("name"), ["name"]);
  assert.deepEqual(pathOf(""), []);
});

test("a name cannot reach the prototype of objects", () => {
  assert.deepEqual(pathOf("__proto__.polluted"), []);
  answersToData([answer("__proto__[polluted]", "yes"), answer("constructor.prototype.polluted", "yes")]);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("answers get their types", () => {
  assert.deepEqual(
    answersToData([
      answer("name", "Ada"),
      answer("empty", ""),
      answer("income", "540 000,50", "number"),
      answer("odd", "many", "number"),
      answer("consent", "true", "boolean"),
      answer("no", "", "boolean"),
      answer("days", "mon", "list"),
      answer("days", "", "list"),
      answer("days", "tue", "list"),
      answer("none", "", "list"),
    ]),
    { name: "Ada", empty: null, income: 540000.5, odd: "many", consent: true, no: false, days: ["mon", "tue"], none: [] },
  );
});

test("groups become lists of objects", () => {
  const data = answersToData([answer("children[0].name", "Ada"), answer("children[1].name", "Bo"), answer("children[1].age", "3", "number")]);
  assert.deepEqual(data, { children: [{ name: "Ada" }, { name: "Bo", age: 3 }] });
  assert.deepEqual(itemOf(data, "children[1].name"), { name: "Bo", age: 3 });
  assert.equal(itemOf(data, "children[7].name"), null);
  assert.equal(itemOf(data, "name"), null);
});
