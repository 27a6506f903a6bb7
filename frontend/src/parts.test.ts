import assert from "node:assert/strict";
import { test } from "node:test";

import { type Answer, answerOf, fingerprint, Refused, sendParts } from "./parts";

/** A server with one upload, whose answers a test can spoil. */
class World {
  size: number;
  received = 0;
  uploads = 0;
  parts: [number, number][] = [];
  waits: number[] = [];
  seen: number[] = [];
  kept: string | null = null;
  spoil: (Answer | Error | undefined)[] = [];
  readonly most = 1 << 20;

  constructor(size: number) {
    this.size = size;
  }

  private spoiled(): Promise<Answer> | undefined {
    const next = this.spoil.shift();
    if (next === undefined) return undefined;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  }

  private at(): Answer {
    return { kind: "at", offset: this.received, part: this.most };
  }

  send(): Promise<string> {
    return sendParts(this.size, {
      line: {
        create: () => this.spoiled() ?? Promise.resolve({ ...this.at(), upload: `/uploads/${++this.uploads}` } as Answer),
        ask: (upload) => this.spoiled() ?? Promise.resolve(upload === `/uploads/${this.uploads}` ? this.at() : { kind: "gone" }),
        append: (_, from, to) => {
          const spoiled = this.spoiled();
          if (spoiled) return spoiled;
          if (from === this.received) {
            this.parts.push([from, to]);
            this.received = to;
          }
          return Promise.resolve(this.at());
        },
      },
      memory: { get: () => this.kept, set: (upload) => (this.kept = upload), clear: () => (this.kept = null) },
      wait: (milliseconds) => {
        this.waits.push(milliseconds);
        return Promise.resolve();
      },
      progress: (bytes) => this.seen.push(bytes),
    });
  }

  /** Every byte came once, in order. */
  whole(): void {
    let at = 0;
    for (const [from, to] of this.parts) {
      assert.equal(from, at);
      at = to;
    }
    assert.equal(at, this.size);
  }
}

test("sends a file in parts that grow, and remembers it", async () => {
  const world = new World(5 << 20);
  assert.equal(await world.send(), "/uploads/1");
  world.whole();
  assert.equal(world.kept, "/uploads/1");
  assert.deepEqual(world.parts.slice(0, 3).map(([from, to]) => to - from), [1 << 18, 1 << 19, 1 << 20]);
  assert.equal(world.seen.at(-1), world.size);
  assert.deepEqual(world.waits, []);
});

test("goes on where it stopped", async () => {
  const world = new World(1_000_000);
  world.uploads = 1;
  world.kept = "/uploads/1";
  world.received = 600_000;
  world.parts = [[0, 600_000]];
  await world.send();
  world.whole();
  assert.equal(world.uploads, 1);
  assert.equal(world.seen[0], 600_000);
});

test("asks only how far it came when all of it is there", async () => {
  const world = new World(100);
  world.uploads = 1;
  world.kept = "/uploads/1";
  world.received = 100;
  assert.equal(await world.send(), "/uploads/1");
  assert.deepEqual(world.parts, []);
});

test("begins anew when the upload is gone, also in the middle", async () => {
  const world = new World(1_000_000);
  world.kept = "/uploads/of-last-week";
  world.spoil = [undefined, undefined, undefined, { kind: "gone" }];
  const sending = world.send();
  await Promise.resolve();
  const address = await sending.catch((error: unknown) => assert.fail(String(error)));
  assert.equal(world.uploads, 2);
  assert.equal(address, "/uploads/2");
});

test("bears a bad line, and waits as long as the server asks", async () => {
  const world = new World(2_000_000);
  world.spoil = [new Error("network"), undefined, { kind: "later" }, { kind: "later", seconds: 7 }, undefined, new Error("network")];
  await world.send();
  world.whole();
  assert.deepEqual(world.waits, [1000, 1000, 7000, 1000]);
});

test("bears an answer that was lost: the part is there already", async () => {
  const world = new World(500_000);
  const before = world.received;
  world.spoil = [undefined, { kind: "at", offset: before }]; // nothing was taken
  await world.send();
  world.whole();
});

test("gives up after ten times, and keeps what is there for another day", async () => {
  const world = new World(500_000);
  world.spoil = [undefined, ...Array.from({ length: 20 }, () => new Error("network"))];
  await assert.rejects(world.send(), Refused);
  assert.equal(world.waits.length, 10);
  assert.equal(world.kept, "/uploads/1");
  world.spoil = [];
  await world.send();
  world.whole();
});

test("never goes round for ever when nothing is taken", async () => {
  const world = new World(500_000);
  world.spoil = [undefined, ...Array.from({ length: 50 }, (): Answer => ({ kind: "at", offset: 0 }))];
  await assert.rejects(world.send(), Refused);
});

test("tells the server's words when it refuses, and forgets the upload", async () => {
  const world = new World(500_000);
  world.spoil = [undefined, { kind: "refused", words: "Filen er for stor." }];
  await assert.rejects(world.send(), (error: unknown) => error instanceof Refused && error.message === "Filen er for stor.");
  assert.equal(world.kept, null);
});

test("the server's answers mean what they say", async () => {
  const of = (status: number, headers: Record<string, string> = {}, text = "", redirected = false) =>
    answerOf({ status, redirected, headers: new Headers(headers), text: () => Promise.resolve(text) });
  assert.deepEqual(await of(201, { "Upload-Offset": "0", Location: "/u/1", "Upload-Part": "4" }), { kind: "at", offset: 0, upload: "/u/1", part: 4 });
  assert.deepEqual(await of(204, { "Upload-Offset": "12" }), { kind: "at", offset: 12 });
  assert.deepEqual(await of(409, { "Upload-Offset": "9" }), { kind: "at", offset: 9 });
  assert.deepEqual(await of(409, {}, "Nei"), { kind: "refused", words: "Nei" });
  assert.deepEqual(await of(404), { kind: "gone" });
  assert.deepEqual(await of(503), { kind: "later" });
  assert.deepEqual(await of(429, { "Retry-After": "3" }), { kind: "later", seconds: 3 });
  for (const status of [401, 403, 413, 422]) assert.deepEqual(await of(status, {}, "Nei"), { kind: "refused", words: "Nei" });
  assert.deepEqual(await of(200, { "Upload-Offset": "1" }, "", true), { kind: "refused", words: "" });
});

test("a fingerprint tells files apart and does not name them", () => {
  const a = fingerprint("diagnose.pdf|100|1");
  assert.notEqual(a, fingerprint("diagnose.pdf|101|1"));
  assert.equal(a, fingerprint("diagnose.pdf|100|1"));
  assert.match(a, /^[0-9a-z]+$/);
});
