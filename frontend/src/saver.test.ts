import assert from "node:assert/strict";
import { test } from "node:test";

import { type Outcome, Saver, type State } from "./saver";

/** A clock and a server that do what the test says. */
class World {
  now = 0;
  shown: State[] = [];
  sent = 0;
  answers: (Outcome | Error)[] = [];
  private timers: { at: number; call: () => void }[] = [];
  readonly saver = new Saver({
    send: () => {
      this.sent++;
      const answer = this.answers.shift() ?? "saved";
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    show: (state) => this.shown.push(state),
    after: (milliseconds, call) => {
      const timer = { at: this.now + milliseconds, call };
      this.timers.push(timer);
      return () => (this.timers = this.timers.filter((t) => t !== timer));
    },
  });

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.now = next.at;
      this.timers = this.timers.filter((t) => t !== next);
      next.call();
      await settle();
    }
    this.now = end;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

test("saves once, 800 ms after the last change", async () => {
  const world = new World();
  world.saver.changed();
  await world.pass(700);
  world.saver.changed();
  await world.pass(700);
  assert.equal(world.sent, 0);
  await world.pass(100);
  assert.equal(world.sent, 1);
  assert.deepEqual(world.shown, ["saving", "saved"]);
  assert.equal(world.saver.unsaved, false);
});

test("tries again, more and more seldom, and tells so", async () => {
  const world = new World();
  world.answers = [new Error("network"), "retry", "saved"];
  world.saver.changed();
  await world.pass(800);
  assert.deepEqual(world.shown, ["saving", "retry"]);
  assert.equal(world.saver.unsaved, true);
  await world.pass(2000);
  assert.equal(world.sent, 2);
  await world.pass(3999);
  assert.equal(world.sent, 2);
  await world.pass(1);
  assert.equal(world.sent, 3);
  assert.equal(world.shown.at(-1), "saved");
});

test("never waits more than a minute", async () => {
  const world = new World();
  world.answers = Array.from({ length: 20 }, (): Outcome => "offline");
  world.saver.changed();
  await world.pass(800 + 2000 + 4000 + 8000 + 16_000 + 32_000);
  const before = world.sent;
  await world.pass(60_000);
  assert.equal(world.sent, before + 1);
});

test("saves at once when the network is back", async () => {
  const world = new World();
  world.answers = ["offline"];
  world.saver.changed();
  await world.pass(800);
  world.saver.flush();
  await settle();
  assert.equal(world.sent, 2);
  assert.equal(world.saver.unsaved, false);
});

test("stops when the server refuses, and the page still warns", async () => {
  const world = new World();
  world.answers = ["refused"];
  world.saver.changed();
  await world.pass(800);
  await world.pass(600_000);
  assert.equal(world.sent, 1);
  assert.equal(world.saver.unsaved, true);
});

test("does not save while the form itself is sent, but goes on if it was not", async () => {
  const world = new World();
  world.saver.changed();
  world.saver.stop();
  await world.pass(10_000);
  assert.equal(world.sent, 0);
  assert.equal(world.saver.unsaved, false);
  world.saver.resume();
  await world.pass(800);
  assert.equal(world.sent, 1);
});

test("what is written while it saves is saved after", async () => {
  const world = new World();
  world.saver.changed();
  const passing = world.pass(800);
  world.saver.changed();
  await passing;
  await world.pass(800);
  assert.equal(world.sent, 2);
  assert.equal(world.saver.unsaved, false);
});
