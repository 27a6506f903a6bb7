import assert from "node:assert/strict";
import { test } from "node:test";

import { credits, differences, drawnBy, paint, type Choice } from "./maplayers";

const choices: Choice[] = [
  { name: "roads", first: true, shown: true },
  { name: "properties", first: true, shown: false },
  { name: "plans", first: false, shown: true },
  { name: "pipes", first: false, shown: false },
];

function canvas(): { layers: { id: string; metadata?: unknown }[]; set: Record<string, string> } {
  return {
    layers: [
      { id: "ground" },
      { id: "roads-edge", metadata: { "torg:layer": "roads" } },
      { id: "roads", metadata: { "torg:layer": "roads" } },
      { id: "properties", metadata: { "torg:layer": "properties" } },
      { id: "plans", metadata: { "torg:layer": "plans" } },
      { id: "odd", metadata: "text" },
      { id: "unknown", metadata: { "torg:layer": "unknown" } },
    ],
    set: {},
  };
}

function draw(hidden?: string[]): Record<string, string> {
  const c = canvas();
  paint({ getStyle: () => ({ layers: c.layers }), setLayoutProperty: (id, _, value) => (c.set[id] = value) }, choices, hidden);
  return c.set;
}

test("all that draws a layer goes on and off with it", () => {
  assert.deepEqual(draw(), { "roads-edge": "visible", roads: "visible", properties: "none", plans: "visible" });
});

test("the plans of today give way to those of another day", () => {
  assert.equal(draw(["plans", "plan_zones"])["plans"], "none");
});

test("only what differs stands in the address", () => {
  assert.deepEqual(differences(choices), { on: ["plans"], off: ["properties"] });
  assert.deepEqual(differences([]), { on: [], off: [] });
});

test("whoever has data on the map is named once", () => {
  const owners: Record<string, string> = { roads: "Kommunen", plans: "Kommunen", pipes: "Vannverket" };
  assert.deepEqual(credits(choices, (name) => owners[name] ?? ""), ["Kommunen"]);
});

test("a layer of the style that draws nothing of ours has no name", () => {
  assert.equal(drawnBy({ id: "a" }), "");
  assert.equal(drawnBy({ id: "a", metadata: null }), "");
  assert.equal(drawnBy({ id: "a", metadata: { "torg:layer": 3 } }), "");
});
