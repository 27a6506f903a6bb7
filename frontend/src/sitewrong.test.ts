import assert from "node:assert/strict";
import { test } from "node:test";

import { sentence, showWrong } from "./sitewrong";

/** As much of a field with its box as is needed. */
class Box {
  readonly marks = new Map<string, string>();
  readonly labels: { textContent: string }[];
  constructor(
    readonly id: string,
    public message: { textContent: string; remove: () => void } | null,
    described?: string,
  ) {
    this.labels = [{ textContent: `\n  ${id} (m)  ` }];
    if (described) this.marks.set("aria-describedby", described);
  }
  closest(): Box {
    return this;
  }
  querySelector(): { textContent: string; remove: () => void } | null {
    return this.message;
  }
  append(message: { textContent: string; remove: () => void }): void {
    this.message = { ...message, remove: () => (this.message = null) };
  }
  getAttribute(name: string): string | null {
    return this.marks.get(name) ?? null;
  }
  setAttribute(name: string, value: string): void {
    this.marks.set(name, value);
  }
  removeAttribute(name: string): void {
    this.marks.delete(name);
  }
}

function form(...fields: Box[]): HTMLFormElement {
  Object.assign(globalThis, { CSS: { escape: (id: string) => id }, document: { importNode: (node: unknown) => node } });
  const find = (selector: string): Box | null => fields.find((f) => selector === `#${f.id}`) ?? null;
  return { querySelectorAll: () => fields, querySelector: find } as unknown as HTMLFormElement;
}

function wrong(id: string, text: string): Box {
  return new Box(id, { textContent: `Feil:\n ${text}`, remove() {} }, `${id}-error ${id}-unit`);
}

test("what is wrong is put at its field and said", () => {
  const [width, length] = [new Box("width", null, "width-unit"), new Box("length", null)];
  const said = showWrong(form(width, length), form(wrong("width", "Skriv et tall."), new Box("length", null)), null);
  assert.deepEqual(said, ["width (m): Feil: Skriv et tall."]);
  assert.equal(width.message?.textContent, "Feil:\n Skriv et tall.");
  assert.equal(width.getAttribute("aria-invalid"), "true");
  assert.equal(width.getAttribute("aria-describedby"), "width-error width-unit");
  assert.equal(length.message, null);
  assert.equal(length.getAttribute("aria-invalid"), "false");
});

test("what is right again is no longer told to be wrong", () => {
  const width = new Box("width", null);
  showWrong(form(width), form(wrong("width", "Skriv et tall.")), null);
  assert.deepEqual(showWrong(form(width), form(new Box("width", null)), null), []);
  assert.equal(width.message, null);
  assert.equal(width.getAttribute("aria-invalid"), "false");
  assert.equal(width.getAttribute("aria-describedby"), null);
});

test("who writes in a field is told when it is left", () => {
  const width = new Box("width", null);
  const answer = form(wrong("width", "Skriv et tall."));
  assert.deepEqual(showWrong(form(width), answer, width as unknown as Element), []);
  assert.equal(width.message, null);
  assert.equal(showWrong(form(width), answer, null).length, 1);
});

test("a sentence has no holes", () => {
  assert.equal(sentence(" Bredde\n (m) ", undefined, "", "Feil:  tall"), "Bredde (m): Feil: tall");
});
