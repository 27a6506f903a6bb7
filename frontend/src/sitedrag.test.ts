import assert from "node:assert/strict";
import { test } from "node:test";

import { boxOf, keyed, metres, read, write } from "./sitedrag";

test("a box is four numbers, the larger last", () => {
  assert.deepEqual(boxOf("[1,2,3,4]"), [1, 2, 3, 4]);
  for (const bad of [undefined, "", "{}", "[1,2,3]", "[3,2,1,4]", "[1,2,3,null]", '["1",2,3,4]']) assert.equal(boxOf(bad), undefined, String(bad));
});

test("right is east and down is south", () => {
  assert.deepEqual(metres([0, 0, 76, 56], 760, 560, 10, 20), [1, -2]);
  assert.deepEqual(metres([340000, 6394000, 340038, 6394028], 760, 560, -20, -20), [-1, 1]);
});

test("numbers are read and written as they are typed", () => {
  assert.equal(read(" 340 123,45 "), 340123.45);
  assert.equal(read("1.5"), 1.5);
  assert.ok(Number.isNaN(read("")));
  assert.ok(Number.isNaN(read("seks")));
  assert.equal(write(340123.456, true), "340123,46");
  assert.equal(write(2, false), "2");
  assert.equal(read(write(-0.125, true)), -0.12);
});

test("keys move and turn", () => {
  assert.deepEqual(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].map((k) => keyed(k, false)), ["north", "south", "west", "east"]);
  assert.equal(keyed("r", false), "right");
  assert.equal(keyed("R", true), "left");
  assert.equal(keyed("Tab", false), undefined);
});
