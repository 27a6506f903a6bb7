// What is wrong with the fields of the page on which a building is put on the map. The
// server says it, in the reader's language; here it is put beside the fields.

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Shows at the fields of a form what an answer of the server says is wrong with them, and
 * takes off what no longer is. Somebody who writes in a field is left alone until it is
 * left. Returns what there is to say, in the order of the page. */
export function showWrong(form: HTMLFormElement, answer: HTMLFormElement, writing: Element | null): string[] {
  const said: string[] = [];
  for (const field of form.querySelectorAll<Field>("input[id]:not([type=radio]), select[id], textarea[id]")) {
    const box = field.closest(".t-field");
    const theirs = answer.querySelector<Field>(`#${CSS.escape(field.id)}`);
    if (!box || !theirs) continue;
    const old = messageAt(field);
    const message = messageAt(theirs);
    if (field === writing && message && !old) continue;
    old?.remove();
    if (message) {
      box.append(document.importNode(message, true));
      said.push(sentence(field.labels?.[0]?.textContent, message.textContent));
    }
    field.setAttribute("aria-invalid", String(message !== null));
    const described = theirs.getAttribute("aria-describedby");
    if (described) field.setAttribute("aria-describedby", described);
    else field.removeAttribute("aria-describedby");
  }
  return said;
}

function messageAt(field: Field): Element | null {
  return field.closest(".t-field")?.querySelector("[data-field=validation]") ?? null;
}

/** The name of a field and what is wrong with it, with single spaces. */
export function sentence(...parts: (string | null | undefined)[]): string {
  return parts.map((part) => (part ?? "").replace(/\s+/g, " ").trim()).filter((part) => part !== "").join(": ");
}
