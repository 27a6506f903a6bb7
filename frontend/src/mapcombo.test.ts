import assert from "node:assert/strict";
import { test } from "node:test";

import { hitsOf, optionAfter } from "./mapcombo";

test("arrows go round by way of the field", () => {
  const way: number[] = [];
  let at = -1;
  for (let i = 0; i < 5; i++) way.push((at = optionAfter(at, 3, "ArrowDown")));
  assert.deepEqual(way, [0, 1, 2, -1, 0]);
  assert.equal(optionAfter(-1, 3, "ArrowUp"), 2);
  assert.equal(optionAfter(0, 3, "ArrowUp"), -1);
});

test("without suggestions there is only the field", () => {
  assert.equal(optionAfter(2, 0, "ArrowDown"), -1);
});

test("other keys choose nothing", () => {
  assert.equal(optionAfter(1, 3, "a"), 1);
});

test("hits without a place are left out", () => {
  const good = { kind: "address", label: "Kaiveien 31", note: "", path: "/property/36-14", at: { lon: 6, lat: 57, e: 1, n: 2 } };
  assert.deepEqual(hitsOf({ hits: [good, { label: "x" }, { ...good, at: { lon: "6" } }, null, { ...good, label: 3 }] }), [good]);
});

test("an answer of another shape has no hits", () => {
  for (const answer of [null, 3, "x", {}, { hits: 4 }, []]) assert.deepEqual(hitsOf(answer), []);
});
