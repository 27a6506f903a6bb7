// The search field with suggestions (WAI-ARIA 1.2, combobox with a list box popup).
// Without suggestions it is a plain form that the server answers.
export interface Hit {
  kind: string;
  label: string;
  note: string;
  path: string;
  at: { lon: number; lat: number; e: number; n: number };
  box?: [number, number, number, number];
}

/** Reads the server's answer; what has no place is left out. */
export function hitsOf(answer: unknown): Hit[] {
  const list = isObject(answer) && Array.isArray(answer["hits"]) ? answer["hits"] : [];
  return list.filter(isHit);
}

function isHit(hit: unknown): hit is Hit {
  if (!isObject(hit) || typeof hit["label"] !== "string") return false;
  const at = hit["at"];
  return isObject(at) && ["lon", "lat", "e", "n"].every((name) => Number.isFinite(at[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The suggestion that a key leads to; -1 is the field itself. */
export function optionAfter(now: number, count: number, key: string): number {
  if (count === 0) return -1;
  switch (key) {
    case "ArrowDown":
      return now + 1 >= count ? -1 : now + 1;
    case "ArrowUp":
      return now < 0 ? count - 1 : now - 1;
    default:
      return now;
  }
}

export interface ComboTexts {
  /** "%d treff" */
  found: string;
  one: string;
  none: string;
  failed: string;
}

const pause = 180;
const shortest = 2;

export class Combo {
  private hits: Hit[] = [];
  private stale = false; // something has been typed since they were found
  private active = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;

  constructor(
    form: HTMLFormElement,
    private readonly field: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly url: string,
    private readonly texts: ComboTexts,
    private readonly say: (text: string) => void,
    private readonly choose: (hit: Hit) => void,
  ) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", () => this.typed());
    field.addEventListener("keydown", (e) => this.pressed(e));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("mousedown", (e) => e.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (e) => this.clicked(e));
    form.addEventListener("submit", (e) => void this.submitted(e));
  }

  private typed(): void {
    clearTimeout(this.timer);
    this.stale = true;
    if (this.field.value.trim().length < shortest) {
      this.running?.abort();
      this.show([]);
      return;
    }
    this.timer = setTimeout(() => void this.look(), pause);
  }

  private async look(): Promise<boolean> {
    this.running?.abort();
    const run = (this.running = new AbortController());
    try {
      const answer = await fetch(`${this.url}?q=${encodeURIComponent(this.field.value.trim())}&limit=8`, {
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        signal: run.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const hits = hitsOf(await answer.json());
      if (run.signal.aborted) return false;
      this.show(hits);
      this.say(hits.length === 0 ? this.texts.none : hits.length === 1 ? this.texts.one : this.texts.found.replace("%d", String(hits.length)));
      return true;
    } catch {
      if (run.signal.aborted) return false;
      this.show([]);
      this.say(this.texts.failed);
      return false;
    }
  }

  /** The first hit is what Enter and the button mean. */
  private async submitted(e: Event): Promise<void> {
    e.preventDefault();
    clearTimeout(this.timer);
    if ((this.stale || this.hits.length === 0) && !(await this.look())) return;
    const hit = this.hits[Math.max(0, this.active)];
    if (hit) this.take(hit);
  }

  private pressed(e: KeyboardEvent): void {
    if (e.key === "Escape") {
      if (this.hits.length > 0) e.stopPropagation();
      this.show([]);
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      if (this.hits.length === 0) return;
      e.preventDefault();
      this.mark(optionAfter(this.active, this.hits.length, e.key));
    }
  }

  private clicked(e: Event): void {
    const option = e.target instanceof Element ? e.target.closest("[role=option]") : null;
    const hit = this.hits[Array.from(this.list.children).findIndex((o) => o === option)];
    if (hit) this.take(hit);
  }

  private take(hit: Hit): void {
    this.field.value = hit.label;
    this.show([]);
    this.choose(hit);
  }

  private close(): void {
    if (document.activeElement !== this.field) this.show([]);
  }

  private show(hits: Hit[]): void {
    this.hits = hits;
    this.stale = false;
    this.list.replaceChildren(...hits.map((hit, i) => this.option(hit, i)));
    this.list.hidden = hits.length === 0;
    this.field.setAttribute("aria-expanded", String(hits.length > 0));
    this.mark(-1);
  }

  private option(hit: Hit, i: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${i}`;
    option.role = "option";
    const label = document.createElement("span");
    label.className = "t-map__hit";
    label.textContent = hit.label;
    option.append(label);
    if (hit.note) {
      const note = document.createElement("span");
      note.className = "t-map__note";
      note.textContent = hit.note;
      option.append(" ", note);
    }
    return option;
  }

  private mark(i: number): void {
    this.active = i;
    Array.from(this.list.children).forEach((option, n) => option.setAttribute("aria-selected", String(n === i)));
    const option = this.list.children[i];
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }
}
