// Counts the characters that are left, and speaks it when one stops to write.
import { once } from "./enhance";

export function enhanceCounters(root: HTMLElement): void {
  for (const counter of root.querySelectorAll<HTMLElement>("[data-counter-for]")) {
    const field = document.getElementById(counter.dataset.counterFor ?? "");
    if (field instanceof HTMLTextAreaElement && once(counter, "counter")) start(field, counter);
  }
}

function start(field: HTMLTextAreaElement, counter: HTMLElement): void {
  let timer: ReturnType<typeof setTimeout>;
  const show = (): void => {
    const left = Number(field.dataset.limit) - [...field.value].length;
    counter.dataset.state = left < 0 ? "over" : "under";
    counter.textContent = counterText(left, counter.dataset.under ?? "", counter.dataset.over ?? "");
  };
  show();
  field.addEventListener("input", () => {
    show();
    counter.removeAttribute("role");
    clearTimeout(timer);
    timer = setTimeout(() => counter.setAttribute("role", "status"), 900);
  });
}

/** "12 tegn igjen", "3 tegn for mye". */
export function counterText(left: number, under: string, over: string): string {
  return (left < 0 ? over : under).replace("%d", String(Math.abs(left)));
}
