// Fetches a part of the page anew when the server sends an event.
import { enhance, once } from "./enhance";

export function enhanceLive(root: HTMLElement): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-live]")) {
    if (once(part, "live")) start(part);
  }
}

function start(part: HTMLElement): void {
  let source: EventSource | undefined;
  let waiting = false;
  let leaving = false; // the answer to a form is on its way: the page is about to go
  const refresh = (): void => {
    if (leaving) return;
    if (document.hidden || isBusy(part)) waiting = true;
    else void swap(part);
  };
  const open = (): void => {
    source?.close();
    source = new EventSource(part.dataset.live ?? "");
    let first = true;
    source.addEventListener("open", () => {
      if (!first) refresh(); // something may have happened while nobody listened
      first = false;
    });
    source.addEventListener("message", refresh);
    source.addEventListener("change", refresh);
  };
  const later = (): void => {
    if (!waiting || document.hidden || isBusy(part)) return;
    waiting = false;
    void swap(part);
  };
  open();
  addEventListener("submit", (event) => (leaving = !event.defaultPrevented));
  addEventListener("pageshow", () => (leaving = false));
  document.addEventListener("visibilitychange", later);
  part.addEventListener("focusout", () => setTimeout(later, 0));
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && open());
}

/** One does not pull a field away from under somebody who writes in it, nor what
    was written in one and is not sent yet. */
function isBusy(part: HTMLElement): boolean {
  const active = document.activeElement;
  if (active !== null && part.contains(active) && active.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll<HTMLElement>("input, textarea, select")].some(isChanged);
}

function isChanged(field: HTMLElement): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (field instanceof HTMLSelectElement) {
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  }
  if (!(field instanceof HTMLInputElement) || field.type === "hidden") return false;
  if (field.type === "file") return (field.files?.length ?? 0) > 0;
  return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
}

/** Gives what was unfolded back its state, known by its title. */
function keepUnfolded(part: HTMLElement, change: () => void): void {
  const title = (box: HTMLDetailsElement): string => box.querySelector("summary")?.textContent?.trim() ?? "";
  const states = new Map([...part.querySelectorAll("details")].map((box) => [title(box), box.open]));
  change();
  for (const box of part.querySelectorAll("details")) box.open = states.get(title(box)) ?? box.open;
}

async function swap(part: HTMLElement): Promise<void> {
  const response = await fetch(location.href, { headers: { Accept: "text/html", "X-Requested-With": "fetch" }, credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const name = CSS.escape(part.dataset.liveFragment ?? "");
  const fresh = page.querySelector(`[data-live-fragment="${name}"]`);
  if (!fresh || fresh.innerHTML === part.innerHTML || isBusy(part)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : "";
  keepUnfolded(part, () => part.replaceChildren(...fresh.childNodes));
  if (focused) document.getElementById(focused)?.focus();
  enhance(part);
}
