import assert from "node:assert/strict";
import { test } from "node:test";

import { localExpiry, minutesAndSeconds, phaseAt, untilNext } from "./countdown";

const minute = 60_000;

test("warns two minutes before the end", () => {
  assert.equal(phaseAt(0, 30 * minute), "active");
  assert.equal(phaseAt(28 * minute - 1, 30 * minute), "active");
  assert.equal(phaseAt(28 * minute, 30 * minute), "warn");
  assert.equal(phaseAt(30 * minute, 30 * minute), "over");
});

test("knows when to look again", () => {
  assert.equal(untilNext(0, 30 * minute), 28 * minute);
  assert.equal(untilNext(29 * minute, 30 * minute), minute);
  assert.equal(untilNext(31 * minute, 30 * minute), 0);
});

test("writes what is left", () => {
  assert.equal(minutesAndSeconds(2 * minute), "2:00");
  assert.equal(minutesAndSeconds(64_100), "1:05");
  assert.equal(minutesAndSeconds(900), "0:01");
  assert.equal(minutesAndSeconds(-5), "0:00");
});

test("does not believe a visitor's clock that is wrong", () => {
  const wrong = Date.parse("2031-01-01T00:00:00Z");
  assert.equal(localExpiry("2026-11-21T08:30:00Z", "2026-11-21T08:00:00Z", wrong), wrong + 30 * minute);
});
