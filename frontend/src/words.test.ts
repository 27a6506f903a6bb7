import assert from "node:assert/strict";
import { test } from "node:test";

import { clockTime, outcomeOf } from "./autosave";
import { counterText } from "./counter";

test("an answer of the server means saved, try again or refused", () => {
  const of = (status: number, redirected = false) => outcomeOf({ status, redirected, ok: status >= 200 && status < 300 });
  assert.equal(of(204), "saved");
  assert.equal(of(200, true), "refused"); // the log-in page
  for (const status of [408, 429, 500, 503]) assert.equal(of(status), "retry");
  for (const status of [400, 401, 403, 404, 409, 413, 422]) assert.equal(of(status), "refused");
});

test("the time of day is written as people write it", () => {
  const at = new Date(2026, 10, 21, 9, 5);
  assert.equal(clockTime(at, "nb"), "09.05");
  assert.equal(clockTime(at, "en"), "09:05");
});

test("the counter says how many are left or too many", () => {
  assert.equal(counterText(12, "%d igjen", "%d for mye"), "12 igjen");
  assert.equal(counterText(0, "%d igjen", "%d for mye"), "0 igjen");
  assert.equal(counterText(-3, "%d igjen", "%d for mye"), "3 for mye");
});
