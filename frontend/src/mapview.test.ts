import assert from "node:assert/strict";
import { test } from "node:test";

import { formatView, parseView } from "./mapview";

test("an address without words is the whole municipality", () => {
  assert.deepEqual(parseView(""), { on: [], off: [], date: "" });
  assert.equal(formatView(parseView("")), "");
});

test("what is written is read again", () => {
  const view = { lon: 6.12346, lat: 57.65432, zoom: 15.25, east: 341234.5, north: 6395678, on: ["plans", "plan_zones"], off: ["properties"], date: "2019-05-01" };
  const query = formatView(view);
  assert.equal(query, "?c=57.65432,6.12346&z=15.25&e=341234.5&n=6395678&on=plans,plan_zones&off=properties&date=2019-05-01");
  assert.deepEqual(parseView(query), view);
});

test("what makes no sense is left out", () => {
  for (const query of ["?c=1", "?c=1,2,3", "?c=x,y", "?c=91,2", "?c=1,181", "?c=NaN,NaN", "?z=25", "?z=1e3", "?e=1", "?n=5", "?date=today", "?on=<b>,A", "?on="]) {
    assert.deepEqual(parseView(query), { on: [], off: [], date: "" }, query);
  }
});

test("a layer is named once, and not without end", () => {
  assert.deepEqual(parseView("?on=a,a,b").on, ["a", "b"]);
  const many = Array.from({ length: 500 }, (_, i) => `l${i}`).join(",");
  assert.equal(parseView(`?on=${many}`).on.length, 200);
});

test("the southern and western halves are kept", () => {
  const view = parseView("?c=-1.5,-2.5&z=3");
  assert.equal(view.lat, -1.5);
  assert.equal(view.lon, -2.5);
  assert.equal(formatView(view), "?c=-1.50000,-2.50000&z=3");
});
