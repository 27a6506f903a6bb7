// The page on which a building is put on the map: it can be dragged and moved by
// keys, and what is found is fetched anew without leaving the page. Without this the
// same form is posted by its buttons.
import { once } from "./enhance";
import { type Move, boxOf, isStill, minus, plus, pressed, read, still } from "./sitedrag";
import { SitePicture } from "./sitepicture";
import { showWrong } from "./sitewrong";

const parts = "[data-site-part]";
const patience = 700; // milliseconds after a field was changed
const pause = 350; // milliseconds after the building was moved

export function enhanceSite(root: HTMLElement): void {
  const form = root.querySelector<HTMLFormElement>("form[data-site]");
  if (form && once(form, "site")) new SitePage(form).start();
}

class SitePage {
  private timer = 0;
  private asking: AbortController | undefined;
  private picture: SitePicture | undefined;
  // What was done by hand since the server drew. It goes along with whatever is posted,
  // and is taken off when the answer is there: no step is lost, however fast they come.
  private by: Move = { ...still };

  constructor(private readonly form: HTMLFormElement) {}

  start(): void {
    this.form.querySelector<HTMLElement>("[data-site-help]")?.toggleAttribute("hidden", false);
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.form.addEventListener("change", (event) => this.changed(event));
    this.keep({ ...still }); // a page that the browser brings back may hold what was done then
    this.drawn();
  }

  /** Buttons that only draw are answered in the page; saving leaves it. */
  private submitted(event: SubmitEvent): void {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || button.value === "save") return;
    event.preventDefault();
    const by = pressed(button.value, this.step());
    if (by && this.picture) this.moved(by);
    else void this.ask(button.value, true);
  }

  private changed(event: Event): void {
    if (event.target instanceof HTMLSelectElement && event.target.name === "step") return;
    this.asking?.abort(); // its answer has what stood there before
    this.soon(() => void this.ask("draw", false), patience);
  }

  /** An answer that came while the building is dragged would take it out of the hand. */
  held(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
  }

  /** The building was moved by hand. It is seen at once, and asked about when it rests. */
  moved(by: Move): void {
    this.keep(plus(this.by, by));
    this.picture?.show(this.by);
    this.asking?.abort();
    this.soon(() => void this.ask("draw", true), pause);
  }

  step(): number {
    const step = read(this.form.querySelector<HTMLSelectElement>('select[name="step"]')?.value ?? "");
    return step > 0 ? step : 1;
  }

  private soon(does: () => void, wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(does, wait);
  }

  /** Keeps what was done by hand, in the fields that are posted too. */
  private keep(by: Move): void {
    this.by = by;
    for (const name of ["east", "north", "turn"] as const) {
      const field = this.form.querySelector<HTMLInputElement>(`input[name="by_${name}"]`);
      if (field) field.value = by[name] === 0 ? "" : String(by[name]);
    }
  }

  /** Posts the form and shows the answer. Somebody who pressed gets the page that says what
   * is wrong; who only left a field is told beside it. */
  private async ask(what: string, pressed: boolean): Promise<void> {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const [asking, by] = [(this.asking = new AbortController()), this.by];
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") fields.append(name, value);
    fields.set("do", what);
    this.say("working");
    try {
      const response = await fetch(this.form.action, { method: "POST", credentials: "same-origin", body: fields, signal: asking.signal });
      if (response.redirected || (response.status === 422 && pressed)) return this.leave(what);
      const text = response.ok || response.status === 422 ? await response.text() : "";
      const form = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLFormElement>("form[data-site]");
      if (!form || asking.signal.aborted) this.say("");
      else if (response.ok) this.take(form, by);
      else this.say("wrong", showWrong(this.form, form, document.activeElement).join(" "));
    } catch {
      if (asking.signal.aborted) return;
      this.say("");
      if (pressed) this.leave(what); // the browser tells that there is no network
    }
  }

  /** Sends the form as a page without scripts would. */
  private leave(what: string): void {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "do", value: what });
    this.form.append(hidden);
    this.form.submit();
  }

  /** Shows the answer to a form that was posted with a move. */
  private take(form: HTMLFormElement, by: Move): void {
    const focused = this.picture?.focused() ?? false;
    this.form.dataset.site = form.dataset.site ?? "";
    for (const part of this.form.querySelectorAll<HTMLElement>(parts)) {
      const fresh = form.querySelector(`#${part.id}`);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input, select, textarea")) this.copy(field);
    document.getElementById("error-summary")?.remove();
    showWrong(this.form, form, null);
    this.form.dispatchEvent(new Event("input"));
    this.keep(minus(this.by, by));
    this.drawn();
    this.say(isStill(by) ? "" : "moved");
    if (focused) this.picture?.focus();
  }

  /** Puts the server's answer into a field, unless somebody writes in it. */
  private copy(field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): void {
    const here = field.id ? document.getElementById(field.id) : null;
    if (!(here instanceof HTMLInputElement || here instanceof HTMLSelectElement || here instanceof HTMLTextAreaElement) || here.name !== field.name) return;
    if (here instanceof HTMLInputElement && field instanceof HTMLInputElement && (here.type === "radio" || here.type === "checkbox")) here.checked = field.checked;
    else if (here !== document.activeElement || here instanceof HTMLSelectElement) here.value = field.value;
  }

  /** Says that the page works, where the building stands after it was moved, or what is wrong. */
  private say(what: "working" | "moved" | "wrong" | "", wrong = ""): void {
    const state = this.form.querySelector<HTMLElement>("[data-site-state]");
    if (!state) return;
    const says = this.form.querySelector<HTMLElement>("[data-site-says]")?.dataset.siteSays ?? "";
    state.textContent = { working: state.dataset.working ?? "", moved: says, wrong, "": "" }[what];
    state.dataset.siteState = what;
  }

  /** Makes the building of a fresh drawing movable. */
  private drawn(): void {
    const state = this.form.querySelector<HTMLElement>("[data-site-state]");
    const drawing = this.form.querySelector<HTMLElement>("#site-drawing");
    this.picture = drawing ? SitePicture.in(drawing, boxOf(this.form.dataset.site), this) : undefined;
    this.picture?.enliven(state?.dataset.label ?? "", "site-help");
    if (!isStill(this.by)) this.picture?.show(this.by);
  }
}
