import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, answerOf } from "./mapanswer";

test("a place is asked for as it is known", () => {
  assert.equal(addressOf("/map/here", { lon: 6.5, lat: 57.25 }), "/map/here?lon=6.5000000&lat=57.2500000");
  assert.equal(addressOf("/map/here", { east: 341000.5, north: 6395000 }), "/map/here?e=341000.5&n=6395000");
});

test("an answer says where it is and what is there", () => {
  const data = { lon: "6.5", lat: "57.25", east: "1", north: "2", outline: "{}", summary: "Kaiveien 31" };
  assert.deepEqual(answerOf(data), { lon: 6.5, lat: 57.25, east: 1, north: 2, outline: "{}", summary: "Kaiveien 31" });
});

test("an answer without a place is none", () => {
  assert.equal(answerOf({}), undefined);
  assert.equal(answerOf({ lon: "6", lat: "x", east: "1", north: "2" }), undefined);
  assert.equal(answerOf({ lon: "6", lat: "", east: "1", north: "2" }), undefined);
});

test("in the sea there is no boundary", () => {
  assert.equal(answerOf({ lon: "6", lat: "57", east: "1", north: "2" })?.outline, "");
});
