import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, answerOf, Answers } from "./mapanswer";
import type { Config } from "./mapconfig";
import type { Panel } from "./mappanel";

test("a place is asked for as it is known", () => {
  assert.equal(addressOf("/map/here", { lon: 6.5, lat: 57.25 }), "/map/here?lon=6.5000000&lat=57.2500000");
  assert.equal(addressOf("/map/here", { east: 341000.5, north: 6395000 }), "/map/here?e=341000.5&n=6395000");
});

test("an answer says where it is and what is there", () => {
  const data = { lon: "6.5", lat: "57.25", east: "1", north: "2", outline: "{}", summary: "Kaiveien 31" };
  assert.deepEqual(answerOf(data), { lon: 6.5, lat: 57.25, east: 1, north: 2, outline: "{}", summary: "Kaiveien 31" });
});

test("an answer without a place is none", () => {
  assert.equal(answerOf({}), undefined);
  assert.equal(answerOf({ lon: "6", lat: "x", east: "1", north: "2" }), undefined);
  assert.equal(answerOf({ lon: "6", lat: "", east: "1", north: "2" }), undefined);
});

test("in the sea there is no boundary", () => {
  assert.equal(answerOf({ lon: "6", lat: "57", east: "1", north: "2" })?.outline, "");
});

/** A map's answers, whose server answers when it is told to. */
function answers(): { all: Answers; reply: ((ok: boolean) => void)[] } {
  const reply: ((ok: boolean) => void)[] = [];
  const body = { setAttribute() {}, removeAttribute() {}, replaceChildren() {} };
  const section = { querySelector: () => body };
  Object.assign(globalThis, {
    fetch: (_: string, how: { signal: AbortSignal }) =>
      new Promise((done, fail) => {
        how.signal.addEventListener("abort", () => fail(how.signal.reason));
        reply.push((ok) => done({ ok }));
      }),
  });
  return { all: new Answers({ here: "/map/here" } as Config, { section: () => section } as unknown as Panel), reply };
}

const place = { lon: 6, lat: 57 };
const opener = {} as HTMLElement;

test("a place that nobody asks about any more has not failed", async () => {
  const { all, reply } = answers();
  const first = all.ask(place, false, opener);
  const second = all.ask(place, false, opener);
  assert.equal(await first, null);
  reply[1]?.(false);
  assert.equal(await second, undefined);
});

test("without an answer there is none to tell of", async () => {
  const { all, reply } = answers();
  const only = all.ask(place, false, opener);
  reply[0]?.(false);
  assert.equal(await only, undefined);
});
