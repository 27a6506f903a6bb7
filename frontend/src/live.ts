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
  const refresh = (): void => {
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
  document.addEventListener("visibilitychange", later);
  part.addEventListener("focusout", () => setTimeout(later, 0));
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && open());
}

/** One does not pull a field away from under somebody who writes in it. */
function isBusy(part: HTMLElement): boolean {
  const active = document.activeElement;
  return active !== null && part.contains(active) && active.matches("input, textarea, select");
}

async function swap(part: HTMLElement): Promise<void> {
  const response = await fetch(location.href, { headers: { Accept: "text/html", "X-Requested-With": "fetch" }, credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const name = CSS.escape(part.dataset.liveFragment ?? "");
  const fresh = page.querySelector(`[data-live-fragment="${name}"]`);
  if (!fresh || fresh.innerHTML === part.innerHTML || isBusy(part)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : "";
  part.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus();
  enhance(part);
}
