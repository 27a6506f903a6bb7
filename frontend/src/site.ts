// The page on which a building is put on the map: it can be dragged and moved by
// keys, and what is found is fetched anew without leaving the page. Without this the
// same form is posted by its buttons.
import { once } from "./enhance";
import { boxOf, keyed, metres, read, write } from "./sitedrag";

const parts = "[data-site-part]";
const patience = 700; // milliseconds after the last change

export function enhanceSite(root: HTMLElement): void {
  const form = root.querySelector<HTMLFormElement>("form[data-site]");
  if (form && once(form, "site")) new SitePage(form).start();
}

class SitePage {
  private timer = 0;
  private asking: AbortController | undefined;

  constructor(private readonly form: HTMLFormElement) {}

  start(): void {
    this.form.querySelector<HTMLElement>("[data-site-help]")?.toggleAttribute("hidden", false);
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.form.addEventListener("change", (event) => this.changed(event));
    this.drawn();
  }

  /** Buttons that only draw are answered in the page; saving leaves it. */
  private submitted(event: SubmitEvent): void {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || button.value === "save") return;
    event.preventDefault();
    void this.ask(button.value, true);
  }

  private changed(event: Event): void {
    if (event.target instanceof HTMLSelectElement && event.target.name === "step") return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask("draw", false), patience);
  }

  /** Posts the form and shows the answer. What is wrong is shown when a button asked. */
  private async ask(what: string, pressed: boolean, focus = false): Promise<void> {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") fields.append(name, value);
    fields.set("do", what);
    this.say(true);
    try {
      const response = await fetch(this.form.action, { method: "POST", credentials: "same-origin", body: fields, signal: asking.signal });
      if (response.redirected || (response.status === 422 && pressed)) return this.leave(what);
      if (response.ok) this.take(new DOMParser().parseFromString(await response.text(), "text/html"), focus);
    } catch {
      if (!asking.signal.aborted && pressed) this.leave(what); // the browser tells that there is no network
    } finally {
      if (this.asking === asking) this.say(false);
    }
  }

  /** Sends the form as a page without scripts would. */
  private leave(what: string): void {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "do", value: what });
    this.form.append(hidden);
    this.form.submit();
  }

  private take(page: Document, focus: boolean): void {
    const form = page.querySelector<HTMLFormElement>("form[data-site]");
    if (!form) return;
    this.form.dataset.site = form.dataset.site ?? "";
    for (const part of this.form.querySelectorAll<HTMLElement>(parts)) {
      const fresh = form.querySelector(`#${part.id}`);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input, select, textarea")) this.copy(field);
    document.getElementById("error-summary")?.remove();
    this.form.dispatchEvent(new Event("input"));
    this.drawn();
    if (focus) this.building()?.focus();
  }

  /** Puts the server's answer into a field, unless somebody writes in it. */
  private copy(field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): void {
    const here = field.id ? document.getElementById(field.id) : null;
    if (!(here instanceof HTMLInputElement || here instanceof HTMLSelectElement || here instanceof HTMLTextAreaElement) || here.name !== field.name) return;
    if (here instanceof HTMLInputElement && field instanceof HTMLInputElement && (here.type === "radio" || here.type === "checkbox")) here.checked = field.checked;
    else if (here !== document.activeElement || here instanceof HTMLSelectElement) here.value = field.value;
  }

  private say(working: boolean): void {
    const state = this.form.querySelector<HTMLElement>("[data-site-state]");
    if (state) state.textContent = working ? (state.dataset.working ?? "") : "";
  }

  private shapes(): SVGGraphicsElement[] {
    return [...this.form.querySelectorAll<SVGGraphicsElement>('#site-drawing svg [class^="map-proposed"]')];
  }

  private building(): SVGGraphicsElement | undefined {
    return this.shapes()[0];
  }

  /** Makes the building of a fresh drawing movable. */
  private drawn(): void {
    const building = this.building();
    const svg = building?.ownerSVGElement?.closest<SVGSVGElement>(".map-sheet") ?? undefined;
    const state = this.form.querySelector<HTMLElement>("[data-site-state]");
    if (!building || !svg || this.mode() === "corners") return;
    svg.setAttribute("role", "group");
    building.setAttribute("tabindex", "0");
    building.setAttribute("role", "img");
    building.setAttribute("aria-label", state?.dataset.label ?? "");
    for (const shape of this.shapes()) shape.classList.add("t-site-movable");
    building.addEventListener("keydown", (event) => this.key(event));
    for (const shape of this.shapes()) shape.addEventListener("pointerdown", (event) => this.drag(event, svg, building));
  }

  private key(event: KeyboardEvent): void {
    const what = event.ctrlKey || event.altKey || event.metaKey ? undefined : keyed(event.key, event.shiftKey);
    if (!what) return;
    event.preventDefault();
    void this.ask(what, true, true);
  }

  private drag(down: PointerEvent, svg: SVGSVGElement, building: SVGGraphicsElement): void {
    const matrix = svg.getScreenCTM();
    if (down.button !== 0 || !matrix) return;
    down.preventDefault();
    building.setPointerCapture(down.pointerId);
    const shapes = this.shapes();
    let [right, low] = [0, 0];
    const move = (event: PointerEvent): void => {
      [right, low] = [(event.clientX - down.clientX) / matrix.a, (event.clientY - down.clientY) / matrix.d];
      for (const shape of shapes) shape.setAttribute("transform", `translate(${right} ${low})`);
    };
    const end = (event: PointerEvent): void => {
      building.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"] as const) building.removeEventListener(name, end);
      if (event.type === "pointerup" && (right !== 0 || low !== 0)) this.moved(svg, right, low);
      else for (const shape of shapes) shape.removeAttribute("transform");
    };
    building.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"] as const) building.addEventListener(name, end);
  }

  /** The building was let go: it stands there from now on. */
  private moved(svg: SVGSVGElement, right: number, low: number): void {
    const box = boxOf(this.form.dataset.site);
    const [east, north] = [this.input("east"), this.input("north")];
    if (!box || !east || !north) return;
    const by = metres(box, svg.viewBox.baseVal.width, svg.viewBox.baseVal.height, right, low);
    const comma = document.documentElement.lang !== "en";
    east.value = write(read(east.value) + by[0], comma);
    north.value = write(read(north.value) + by[1], comma);
    const point = this.form.querySelector<HTMLInputElement>('input[name="mode"][value="point"]');
    if (point) point.checked = true;
    void this.ask("draw", true);
  }

  private input(name: string): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  }

  private mode(): string {
    return this.form.querySelector<HTMLInputElement>('input[name="mode"]:checked')?.value ?? "";
  }
}
