// Shows and hides what has data-when, by the answers of its form, and works out
// what has data-calc. Hidden answers are still sent; the server evaluates the same
// conditions and calculations and decides.
import { type Answer, answersToData } from "./answers";
import { once } from "./enhance";
import { resolve, type Rule } from "./resolve";

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
  const shown = [...form.querySelectorAll<HTMLElement>("[data-when]")];
  const worked = [...form.querySelectorAll<HTMLInputElement>("input[data-calc]")];
  const rules: Rule[] = [];
  for (const field of worked) rules.push({ name: field.name, calc: JSON.parse(field.dataset.calc || "null") });
  for (const element of shown) rules.push({ name: element.dataset.fieldName ?? "", when: JSON.parse(element.dataset.when || "true") });
  const { hidden, calculated } = resolve(rules, data, env);
  for (const field of worked) field.value = words(calculated.get(field.name));
  for (const element of shown) element.toggleAttribute("data-when-hidden", hidden.has(element.dataset.fieldName ?? ""));
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
