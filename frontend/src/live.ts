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
  let pressed = false; // a button is down: taken away now, the press would be lost
  const mayNot = (): boolean => document.hidden || pressed || isBusy(part);
  const refresh = (): void => {
    if (leaving) return;
    if (mayNot()) waiting = true;
    else void swap(part, () => (waiting = mayNot()) || leaving);
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
    if (!waiting || mayNot()) return;
    waiting = false;
    refresh();
  };
  // The click, and what it does, comes right after the button is let go.
  const letGo = (): void => void setTimeout(() => {
    pressed = false;
    later();
  }, 0);
  for (const down of ["pointerdown", "keydown"]) addEventListener(down, () => (pressed = true), { capture: true });
  for (const up of ["pointerup", "pointercancel", "keyup"]) addEventListener(up, letGo, { capture: true });
  addEventListener("blur", letGo); // the window's own: a key that is let go elsewhere is not heard here
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

/** Fetches the page and takes the part from it, unless something has come in
    between while it was on its way. */
async function swap(part: HTMLElement, stop: () => boolean): Promise<void> {
  const response = await fetch(location.href, { headers: { Accept: "text/html", "X-Requested-With": "fetch" }, credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const name = CSS.escape(part.dataset.liveFragment ?? "");
  const fresh = page.querySelector(`[data-live-fragment="${name}"]`);
  if (!fresh || fresh.innerHTML === part.innerHTML || stop()) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const again = focused && sameAs(part, focused);
  keepUnfolded(part, () => part.replaceChildren(...fresh.childNodes));
  again?.()?.focus();
  enhance(part);
}

/** Finds, after a change, what had the focus before it: by its id, else as the one
    that is called the same and leads to the same. Without it whoever uses a
    keyboard would be sent to the top of the page. */
function sameAs(part: HTMLElement, old: Element): () => HTMLElement | undefined {
  const { id } = old;
  const call = (e: Element): string => [e.tagName, e.getAttribute("name"), e.getAttribute("href"), e.closest("form")?.getAttribute("action"), e.textContent?.trim()].join("|");
  const named = call(old);
  return () => {
    if (id) return document.getElementById(id) ?? undefined;
    return [...part.querySelectorAll<HTMLElement>("a[href], button, summary, input, select, textarea")].find((e) => call(e) === named);
  };
}
