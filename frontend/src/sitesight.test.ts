import assert from "node:assert/strict";
import { test } from "node:test";

import type { Box } from "./sitedrag";
import { type Limits, fingered, keyedLook, limitsOf, panned, part, pressedLook, screen, told, zoomed } from "./sitesight";

const box: Box = [1000, 2000, 1080, 2060];
const limits: Limits = [5, 600];

function near(got: readonly number[], want: readonly number[]): void {
  assert.equal(got.length, want.length);
  got.forEach((n, i) => assert.ok(Math.abs(n - (want[i] ?? NaN)) < 1e-6, `${got.join(" ")}, want ${want.join(" ")}`));
}

test("limits are what the server says, or some that make sense", () => {
  assert.deepEqual(limitsOf("[5,900]"), [5, 900]);
  for (const bad of [undefined, "", "[]", "[9,5]", "[0,5]", '["5",900]', "[5,null]", "{"]) assert.deepEqual(limitsOf(bad), [5, 600], String(bad));
});

test("a button does what its key does", () => {
  for (const [button, key] of [["nearer", "+"], ["further", "-"], ["see_north", "ArrowUp"], ["see_south", "ArrowDown"], ["see_west", "ArrowLeft"], ["see_east", "ArrowRight"], ["see_whole", "0"]] as const) {
    assert.deepEqual(pressedLook(button), keyedLook(key), button);
    assert.ok(keyedLook(key), key);
  }
  for (const other of ["north", "left", "draw", "save", "suggest", ""]) assert.equal(pressedLook(other), undefined, other);
  for (const other of ["Tab", "Enter", "Escape", "r", "t"]) assert.equal(keyedLook(other), undefined, other);
});

test("up is north and right is east", () => {
  near(panned(box, 0.25, 0), [1020, 2000, 1100, 2060]);
  near(panned(box, 0, -0.5), [1000, 1970, 1080, 2030]);
});

test("zooming keeps the ground under the pointer", () => {
  near(zoomed(box, 0.5, limits), [1020, 2015, 1060, 2045]);
  near(zoomed(box, 0.5, limits, [0, 0]), [1000, 2030, 1040, 2060]);
  const out = zoomed(box, 2, limits, [0.25, 0.25]);
  near([out[0] + 0.25 * (out[2] - out[0]), out[3] - 0.25 * (out[3] - out[1])], [1020, 2045]);
});

test("zooming ends at the limits, and keeps the shape", () => {
  near(zoomed(box, 1e-9, limits), [1037.5, 2028.125, 1042.5, 2031.875]);
  const far = zoomed(box, 1e9, limits);
  near([far[2] - far[0], far[3] - far[1]], [600, 450]);
});

test("a finger takes the ground along", () => {
  near(fingered(box, limits, [[0.5, 0.5]], [[0.75, 0.5]], 4 / 3), [980, 2000, 1060, 2060]);
  near(fingered(box, limits, [[0.5, 0.5]], [[0.5, 0.75]], 4 / 3), [1000, 2015, 1080, 2075]);
  near(fingered(box, limits, [], [], 4 / 3), box);
});

test("two fingers that part bring it nearer, about the middle of them", () => {
  near(fingered(box, limits, [[0.4, 0.5], [0.6, 0.5]], [[0.3, 0.5], [0.7, 0.5]], 4 / 3), zoomed(box, 0.5, limits));
  const both = fingered(box, limits, [[0.4, 0.5], [0.6, 0.5]], [[0.5, 0.5], [0.9, 0.5]], 4 / 3);
  near([both[2] - both[0], both[0] + 0.7 * (both[2] - both[0])], [40, 1040]);
});

test("the part of a drawing that is seen", () => {
  near(part(box, box, 760, 570), [0, 0, 760, 570]);
  near(part(box, [1020, 2015, 1060, 2045], 760, 570), [190, 142.5, 380, 285]);
  near(part(box, panned(box, 0.5, 0), 760, 570), [380, 0, 760, 570]);
});

test("the server is told middle and width", () => {
  assert.equal(told(box), "1040.00,2030.00,80.00");
  assert.equal(told(undefined), "");
});

test("letters stay as large on a small screen", () => {
  assert.equal(screen(700), "580x428");
  assert.equal(screen(760), "580x428");
  assert.equal(screen(326.4), "261x261");
  assert.equal(screen(1100), "880x649");
  assert.equal(screen(520), "416x307");
  assert.equal(screen(90), "580x428", "a picture that is hidden or tiny");
});
