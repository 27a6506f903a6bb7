import assert from "node:assert/strict";
import { test } from "node:test";

import { actionOf, fineStep, moved, step } from "./mapkeys";

test("arrows move, with Shift a little", () => {
  assert.deepEqual(actionOf("ArrowLeft"), { kind: "move", dx: -step, dy: 0 });
  assert.deepEqual(actionOf("ArrowDown", true), { kind: "move", dx: 0, dy: fineStep });
  assert.deepEqual(actionOf("ArrowUp"), { kind: "move", dx: 0, dy: -step });
  assert.deepEqual(actionOf("ArrowRight"), { kind: "move", dx: step, dy: 0 });
});

test("the other keys of the map", () => {
  assert.deepEqual(actionOf("+"), { kind: "zoom", by: 1 });
  assert.deepEqual(actionOf("="), { kind: "zoom", by: 1 });
  assert.deepEqual(actionOf("-"), { kind: "zoom", by: -1 });
  assert.deepEqual(actionOf("Enter"), { kind: "ask" });
  assert.deepEqual(actionOf(" "), { kind: "ask" });
  assert.deepEqual(actionOf("Home"), { kind: "middle" });
  assert.deepEqual(actionOf("Escape"), { kind: "leave" });
});

test("keys of others are left alone", () => {
  for (const key of ["Tab", "a", "PageDown", "F5", "Shift"]) assert.equal(actionOf(key), undefined, key);
});

test("inside, the crosshair moves and the map stands", () => {
  assert.deepEqual(moved({ x: 300, y: 300 }, 32, -32, { width: 600, height: 600 }), { at: { x: 332, y: 268 }, pan: { x: 0, y: 0 } });
});

test("near an edge the map moves under the crosshair", () => {
  assert.deepEqual(moved({ x: 110, y: 300 }, -32, 0, { width: 600, height: 600 }), { at: { x: 100, y: 300 }, pan: { x: -22, y: 0 } });
  assert.deepEqual(moved({ x: 300, y: 500 }, 0, 32, { width: 600, height: 600 }), { at: { x: 300, y: 500 }, pan: { x: 0, y: 32 } });
});

test("a map that became smaller takes the crosshair back in", () => {
  const { at } = moved({ x: 900, y: 10 }, 0, 0, { width: 600, height: 600 });
  assert.deepEqual(at, { x: 500, y: 100 });
});
