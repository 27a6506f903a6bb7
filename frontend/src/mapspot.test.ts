import assert from "node:assert/strict";
import { test } from "node:test";

import { spotText } from "./mapspot";

test("a property is told by address and number", () => {
  const seen = [{ layer: "properties", properties: { address: "Kaiveien 31", number: "36/14", use: "home" } }];
  assert.equal(spotText(seen, "ingenting"), "Kaiveien 31, 36/14");
});

test("what says most stands first, and nothing twice", () => {
  const seen = [
    { layer: "roads", properties: { name: "Kaiveien" } },
    { layer: "roads", properties: { name: "Kaiveien" } },
    { layer: "sites", properties: { name: "Torgøy skole" } },
    { layer: "land", properties: { area: 3 } },
  ];
  assert.equal(spotText(seen, ""), "Torgøy skole, Kaiveien");
});

test("where nothing has a name, that is said", () => {
  assert.equal(spotText([], "Ingen navn her"), "Ingen navn her");
  assert.equal(spotText([{ layer: "properties", properties: { address: "", number: 4 } }], "tomt"), "tomt");
});

test("no more than one can hear", () => {
  const seen = ["a", "b", "c", "d", "e", "f"].map((name) => ({ layer: "bus_stops", properties: { name } }));
  assert.equal(spotText(seen, ""), "a, b, c, d");
});
