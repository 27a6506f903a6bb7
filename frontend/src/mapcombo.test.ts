import assert from "node:assert/strict";
import { test } from "node:test";

import { Combo, type Hit, hitsOf, optionAfter } from "./mapcombo";

test("arrows go round by way of the field", () => {
  const way: number[] = [];
  let at = -1;
  for (let i = 0; i < 5; i++) way.push((at = optionAfter(at, 3, "ArrowDown")));
  assert.deepEqual(way, [0, 1, 2, -1, 0]);
  assert.equal(optionAfter(-1, 3, "ArrowUp"), 2);
  assert.equal(optionAfter(0, 3, "ArrowUp"), -1);
});

test("without suggestions there is only the field", () => {
  assert.equal(optionAfter(2, 0, "ArrowDown"), -1);
});

test("other keys choose nothing", () => {
  assert.equal(optionAfter(1, 3, "a"), 1);
});

test("hits without a place are left out", () => {
  const good = { kind: "address", label: "Kaiveien 31", note: "", path: "/property/36-14", at: { lon: 6, lat: 57, e: 1, n: 2 } };
  assert.deepEqual(hitsOf({ hits: [good, { label: "x" }, { ...good, at: { lon: "6" } }, null, { ...good, label: 3 }] }), [good]);
});

test("an answer of another shape has no hits", () => {
  for (const answer of [null, 3, "x", {}, { hits: 4 }, []]) assert.deepEqual(hitsOf(answer), []);
});

/** As much of an element as the search field needs. */
class Part extends EventTarget {
  id = "hits";
  value = "";
  hidden = false;
  children: Part[] = [];
  readonly marks = new Map<string, string>();
  setAttribute(name: string, value: string): void {
    this.marks.set(name, value);
  }
  removeAttribute(name: string): void {
    this.marks.delete(name);
  }
  replaceChildren(...children: Part[]): void {
    this.children = children;
  }
  append(): void {}
  scrollIntoView(): void {}
}

function hit(label: string): Hit {
  return { kind: "address", label, note: "", path: "/", at: { lon: 6, lat: 57, e: 1, n: 2 } };
}

/** A search field whose server answers with the text it was asked about. */
function combo(): { form: Part; field: Part; taken: string[]; asked: string[]; settle: () => Promise<void> } {
  const [form, field, list] = [new Part(), new Part(), new Part()];
  const [taken, asked]: [string[], string[]] = [[], []];
  Object.assign(globalThis, {
    document: { createElement: () => new Part(), activeElement: field },
    fetch: async (url: string) => {
      const text = new URLSearchParams(url.split("?")[1]).get("q") ?? "";
      asked.push(text);
      return { ok: true, json: async () => ({ hits: text === "nothing" ? [] : [hit(text + " 1"), hit(text + " 2")] }) };
    },
  });
  const texts = { found: "%d", one: "1", none: "0", failed: "-" };
  const as = <T>(part: Part): T => part as unknown as T;
  new Combo(as<HTMLFormElement>(form), as<HTMLInputElement>(field), as<HTMLElement>(list), "/places", texts, () => {}, (h) => taken.push(h.label));
  return { form, field, taken, asked, settle: () => new Promise((done) => setTimeout(done, 250)) };
}

test("Enter right after typing means what is typed, not what was found before", async () => {
  const { form, field, taken, asked, settle } = combo();
  field.value = "Kaiveien";
  field.dispatchEvent(new Event("input"));
  await settle();
  field.value = "Skolegata";
  field.dispatchEvent(new Event("input"));
  form.dispatchEvent(new Event("submit"));
  await settle();
  assert.deepEqual(taken, ["Skolegata 1"]);
  assert.deepEqual(asked, ["Kaiveien", "Skolegata"]);
});

test("Enter when the hits are there takes one without asking again", async () => {
  const { form, field, taken, asked, settle } = combo();
  field.value = "Kaiveien";
  field.dispatchEvent(new Event("input"));
  await settle();
  field.dispatchEvent(Object.assign(new Event("keydown"), { key: "ArrowDown" }));
  field.dispatchEvent(Object.assign(new Event("keydown"), { key: "ArrowDown" }));
  form.dispatchEvent(new Event("submit"));
  await settle();
  assert.deepEqual(taken, ["Kaiveien 2"]);
  assert.deepEqual(asked, ["Kaiveien"]);
});

test("Enter takes nothing where nothing is found", async () => {
  const { form, field, taken, settle } = combo();
  field.value = "Kaiveien";
  field.dispatchEvent(new Event("input"));
  await settle();
  field.value = "nothing";
  field.dispatchEvent(new Event("input"));
  form.dispatchEvent(new Event("submit"));
  await settle();
  assert.deepEqual(taken, []);
});
