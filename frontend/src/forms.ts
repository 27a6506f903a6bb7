// Shows and hides what has data-when, by the answers of its form, and works out
// what has data-calc. Hidden answers are still sent; the server evaluates the same
// conditions and calculations and decides.
import { type Answer, answersToData, itemOf } from "./answers";
import { evaluate } from "./conditions";
import { once } from "./enhance";

export function enhanceConditions(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-when], [data-calc]")) {
    const form = element.closest("form");
    if (!form || !once(form, "conditions")) continue;
    const update = (): void => apply(form);
    form.addEventListener("input", update);
    form.addEventListener("change", update);
    update();
  }
}

function apply(form: HTMLFormElement): void {
  // Conditions may look at answers on other pages, which the form carries.
  const data = { ...parse(form.dataset.answers), ...answersToData(read(form)) };
  const env = { facts: parse(form.dataset.facts), ...(form.dataset.today ? { today: form.dataset.today } : {}) };
  for (const field of form.querySelectorAll<HTMLInputElement>("input[data-calc]")) {
    const item = itemOf(data, field.name);
    field.value = words(evaluate(JSON.parse(field.dataset.calc || "null"), data, { ...env, item }));
  }
  for (const element of form.querySelectorAll<HTMLElement>("[data-when]")) {
    const condition: unknown = JSON.parse(element.dataset.when || "true");
    const item = itemOf(data, element.dataset.fieldName ?? "");
    element.toggleAttribute("data-when-hidden", evaluate(condition, data, { ...env, item }) !== true);
  }
}

/** What a calculation gives, as it is typed; one that is not known yet gives nothing. */
function words(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value).replace(".", ",") : "";
  return typeof value === "string" ? value : "";
}

function parse(json: string | undefined): Record<string, unknown> {
  return json ? (JSON.parse(json) as Record<string, unknown>) : {};
}

function read(form: HTMLFormElement): Answer[] {
  const answers: Answer[] = [];
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)) continue;
    if (!field.name || field.type === "file" || field.disabled) continue;
    const type = field.dataset.type;
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox") && !field.checked) {
      if (type === "list" || type === "boolean") answers.push({ name: field.name, value: "", type });
      continue;
    }
    answers.push({ name: field.name, value: field.value, type });
  }
  return answers;
}
