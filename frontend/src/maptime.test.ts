import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, featuresOf, nextOf } from "./maptime";

const items = "/geo/collections/{layer}/items";

test("a day is asked for at noon, so that no time zone moves it", () => {
  const url = addressOf(items, "plans", "2001-05-17");
  assert.equal(url, "/geo/collections/plans/items?f=json&datetime=2001-05-17T12%3A00%3A00Z&limit=1000");
});

test("a box is written in six decimals", () => {
  assert.match(addressOf(items, "plans", "2001-05-17", [6.1, 57, 6.25, 57.5]), /&bbox=6\.100000%2C57\.000000%2C6\.250000%2C57\.500000$/);
});

test("the next page is on our own host", () => {
  const origin = "https://torgoy.no";
  assert.equal(nextOf({ links: [{ rel: "self", href: "/a" }, { rel: "next", href: "https://elsewhere.no/b?x=1" }] }, origin), origin + "/b?x=1");
  assert.equal(nextOf({ links: [{ rel: "self", href: "/a" }] }, origin), "");
  for (const odd of [null, {}, { links: 4 }, { links: [{ rel: "next" }] }]) assert.equal(nextOf(odd, origin), "");
});

test("all pages are fetched", async (t) => {
  const asked: string[] = [];
  t.mock.method(globalThis, "fetch", (url: string) => {
    asked.push(url);
    const last = asked.length === 3;
    return Promise.resolve(Response.json({ features: [{ type: "Feature", id: asked.length }], links: last ? [] : [{ rel: "next", href: `/p${asked.length}` }] }));
  });
  const all = await featuresOf("/p0", "https://torgoy.no", new AbortController().signal);
  assert.equal(all.features.length, 3);
  assert.deepEqual(asked, ["/p0", "https://torgoy.no/p1", "https://torgoy.no/p2"]);
});

test("a refusal is told", async (t) => {
  t.mock.method(globalThis, "fetch", () => Promise.resolve(new Response("", { status: 503 })));
  await assert.rejects(featuresOf("/p0", "https://torgoy.no", new AbortController().signal), /503/);
});
