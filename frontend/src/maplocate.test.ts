import assert from "node:assert/strict";
import { test } from "node:test";

import { inside, locate, reasonOf, zoomFor } from "./maplocate";

const box: [number, number, number, number] = [6, 57, 7, 58];

function api(act: (ok: PositionCallback, wrong: PositionErrorCallback) => void): Geolocation {
  return { getCurrentPosition: act, watchPosition: () => 0, clearWatch: () => undefined } as unknown as Geolocation;
}

function at(longitude: number, latitude: number): GeolocationPosition {
  return { coords: { longitude, latitude, accuracy: 12 } } as unknown as GeolocationPosition;
}

test("every refusal has its reason", () => {
  assert.deepEqual([1, 2, 3, 99].map(reasonOf), ["refused", "unavailable", "slow", "unavailable"]);
});

test("a position in the municipality is given", async () => {
  assert.deepEqual(await locate(api((ok) => ok(at(6.5, 57.5))), box), { lon: 6.5, lat: 57.5, accuracy: 12 });
});

test("a position elsewhere is told as such", async () => {
  await assert.rejects(locate(api((ok) => ok(at(10.7, 59.9))), box), /outside/);
});

test("one may say no, and some browsers cannot", async () => {
  await assert.rejects(locate(api((_, wrong) => wrong({ code: 1 } as GeolocationPositionError)), box), /refused/);
  await assert.rejects(locate(undefined, box), /unsupported/);
});

test("the edge of the box is inside it", () => {
  assert.ok(inside({ lon: 6, lat: 58, accuracy: 1 }, box));
  assert.ok(!inside({ lon: 5.999, lat: 57.5, accuracy: 1 }, box));
});

test("a rough position is shown from further away", () => {
  assert.equal(zoomFor(5), 17);
  assert.equal(zoomFor(100), 15);
  assert.equal(zoomFor(1e6), 12);
});
