import assert from "node:assert/strict";
import { test } from "node:test";

import { boxOf, isStill, keyed, metres, minus, plus, pressed, read, still, turned } from "./sitedrag";

test("a box is four numbers, the larger last", () => {
  assert.deepEqual(boxOf("[1,2,3,4]"), [1, 2, 3, 4]);
  for (const bad of [undefined, "", "{}", "[1,2,3]", "[3,2,1,4]", "[1,2,3,null]", '["1",2,3,4]']) assert.equal(boxOf(bad), undefined, String(bad));
});

test("right is east and down is south", () => {
  assert.deepEqual(metres([0, 0, 76, 56], 760, 560, 10, 20), [1, -2]);
  assert.deepEqual(metres([340000, 6394000, 340038, 6394028], 760, 560, -20, -20), [-1, 1]);
});

test("nobody places a building finer than a centimetre", () => {
  assert.deepEqual(metres([0, 0, 100, 100], 760, 760, 1, 1), [0.13, -0.13]);
  assert.deepEqual(metres([0, 0, 100, 100], 760, 760, 0.01, -0.01), [0, 0]);
});

test("numbers are read as they are typed", () => {
  assert.equal(read(" 340 123,45 "), 340123.45);
  assert.equal(read("1.5"), 1.5);
  assert.ok(Number.isNaN(read("")));
  assert.ok(Number.isNaN(read("seks")));
});

test("arrows move by the step, and with Shift by ten centimetres", () => {
  const at = (key: string, shift: boolean): number[] => Object.values(keyed(key, shift, 5) ?? {});
  assert.deepEqual(at("ArrowUp", false), [0, 5, 0]);
  assert.deepEqual(at("ArrowDown", false), [0, -5, 0]);
  assert.deepEqual(at("ArrowLeft", false), [-5, 0, 0]);
  assert.deepEqual(at("ArrowRight", false), [5, 0, 0]);
  assert.deepEqual(at("ArrowRight", true), [0.1, 0, 0]);
  assert.deepEqual(at("ArrowDown", true), [0, -0.1, 0]);
});

test("R turns five degrees and T one, with Shift against the clock", () => {
  const turn = (key: string, shift: boolean): number | undefined => keyed(key, shift, 1)?.turn;
  assert.deepEqual([turn("r", false), turn("R", true), turn("t", false), turn("T", true)], [5, -5, 1, -1]);
  assert.equal(turn("R", false), 5, "with Caps Lock too");
  for (const key of ["Tab", "Enter", "Escape", "a", " "]) assert.equal(keyed(key, false, 1), undefined, key);
});

test("a button does what its key does", () => {
  for (const [button, key, shift] of [["north", "ArrowUp", false], ["west", "ArrowLeft", false], ["right", "r", false], ["left", "r", true]] as const) {
    assert.deepEqual(pressed(button, 0.5), keyed(key, shift, 0.5), button);
  }
  assert.equal(pressed("save", 1), undefined);
  assert.equal(pressed("draw", 1), undefined);
});

test("many small moves are one large one", () => {
  let all = { ...still };
  for (let i = 0; i < 30; i++) all = plus(all, { east: 0.1, north: -0.1, turn: 1 });
  assert.deepEqual(all, { east: 3, north: -3, turn: 30 });
  assert.ok(!isStill(all));
  assert.ok(isStill(minus(all, all)));
  assert.deepEqual(minus(all, { east: 1, north: 0, turn: 30 }), { east: 2, north: -3, turn: 0 });
});

test("turning goes the short way around", () => {
  assert.equal(turned([0, 0], [10, 0], [0, 10]), 90, "down is with the clock");
  assert.equal(turned([0, 0], [10, 0], [0, -10]), -90);
  assert.equal(turned([5, 5], [4, 4.9], [4, 5.1]), -11);
  assert.equal(turned([0, 0], [-1, 0.01], [-1, -0.01]), 1);
  assert.equal(turned([0, 0], [3, 3], [3, 3]), 0);
});
