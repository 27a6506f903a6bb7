import assert from "node:assert/strict";
import { test } from "node:test";

import { patternOf } from "./maphatch";

test("a pattern has the colour of its name", () => {
  const p = patternOf("hatch-b3261e");
  assert.ok(p);
  assert.deepEqual([p.width, p.height, p.data.length], [16, 16, 1024]);
  assert.deepEqual([...p.data.slice(0, 3)], [0xb3, 0x26, 0x1e]);
  assert.ok((p.data[3] ?? 0) > 200, "the line begins in the corner");
});

test("there is room between the lines", () => {
  const p = patternOf("hatch-000000");
  assert.equal(p?.data[4 * 8 + 3], 0);
});

test("the pattern goes on where it ends", () => {
  const p = patternOf("hatch-000000", 2);
  assert.ok(p);
  assert.equal(p.width, 32);
  for (let i = 0; i < 32; i++) {
    const left: number = p.data[4 * (i * 32) + 3] ?? 0;
    const above: number = p.data[4 * i + 3] ?? 0;
    assert.equal(left, above, "the lines are even slants");
  }
});

test("names of others are nobody's pattern", () => {
  for (const name of ["", "hatch-", "hatch-xyzxyz", "bus", "hatch-b3261e0"]) assert.equal(patternOf(name), undefined, name);
});
