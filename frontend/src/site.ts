// The page on which a building is put on the map: building and ground can be dragged and
// moved by keys, and what is found is fetched anew without leaving the page. Without this
// the same form is posted by its buttons.
import { once } from "./enhance";
import { type Box, type Move, boxOf, isStill, minus, plus, pressed, read, still } from "./sitedrag";
import { SiteGround } from "./siteground";
import { type Drawing, SitePicture } from "./sitepicture";
import { type Look, limitsOf, panned, pressedLook, screen, told, zoomed } from "./sitesight";
import { showWrong } from "./sitewrong";

const parts = "[data-site-part]";
const looked = "#site-drawing, #site-told"; // of the parts, those that other ground changes
const patience = 700; // milliseconds after a field was changed
const pause = 350; // milliseconds after building or ground was moved

/** What is said when an answer is there. */
type Said = "working" | "moved" | "seen" | "wrong" | "";

export function enhanceSite(root: HTMLElement): void {
  const form = root.querySelector<HTMLFormElement>("form[data-site]");
  if (form && once(form, "site")) new SitePage(form).start();
}

class SitePage {
  private timer = 0;
  private asking: AbortController | undefined;
  private picture: SitePicture | undefined;
  private ground: SiteGround | undefined;
  private box: Box | undefined; // the ground that is drawn
  // The ground that is to be seen, when somebody has chosen it.
  private sight: Box | undefined;
  // What was changed has not been answered yet: an answer that shows other ground only is
  // not enough.
  private owed = false;
  // What was done by hand since the server drew. It goes along with whatever is posted,
  // and is taken off when the answer is there: no step is lost, however fast they come.
  private by: Move = { ...still };

  constructor(private readonly form: HTMLFormElement) {}

  start(): void {
    this.form.querySelector<HTMLElement>("[data-site-help]")?.toggleAttribute("hidden", false);
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.form.addEventListener("change", (event) => this.changed(event));
    this.keep({ ...still }); // a page that the browser brings back may hold what was done then
    const sight = this.field("sight");
    if (sight) sight.value = sight.defaultValue;
    this.box = boxOf(this.form.dataset.site);
    if (sight?.value) this.sight = this.box;
    this.drawn();
    this.fit();
    let turning = 0; // a phone that is turned
    window.addEventListener("resize", () => {
      window.clearTimeout(turning);
      turning = window.setTimeout(() => this.form.isConnected && this.fit(), patience);
    });
  }

  /** Has the drawing made for the screen, when it is shown much smaller or larger than it is. */
  private fit(): void {
    if (this.measure()) void this.ask("see", false);
  }

  /** Buttons that only draw are answered in the page; saving leaves it. */
  private submitted(event: SubmitEvent): void {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || button.value === "save") return;
    event.preventDefault();
    const look = pressedLook(button.value);
    if (look) return this.looked(look);
    const by = pressed(button.value, this.step());
    if (by && this.picture) return this.moved(by);
    this.owed = true;
    void this.ask(button.value, true);
  }

  private changed(event: Event): void {
    if (event.target instanceof HTMLSelectElement && event.target.name === "step") return;
    this.asking?.abort(); // its answer has what stood there before
    this.owed = true;
    this.soon(() => void this.ask("draw", false), patience);
  }

  /** An answer that came while building or ground is dragged would take it out of the hand. */
  held(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
  }

  /** The building was moved by hand. It is seen at once, and asked about when it rests. */
  moved(by: Move): void {
    this.keep(plus(this.by, by));
    this.picture?.show(this.by);
    this.asking?.abort();
    this.owed = true;
    this.soon(() => void this.ask("draw", true), pause);
  }

  /** Other ground is seen; it is drawn when it rests. */
  seeing(box: Box): void {
    this.sight = box;
    this.ground?.show(box);
    this.tellSight();
  }

  rested(): void {
    this.asking?.abort();
    this.soon(() => void this.ask(this.owed ? "draw" : "see", false), pause);
  }

  /** A key or a button asks for other ground. */
  looked(look: Look): void {
    const box = this.sight ?? this.box;
    if ("ask" in look || !box) return void this.ask("ask" in look ? look.ask : "see", true);
    this.seeing("zoom" in look ? zoomed(box, look.zoom, this.limits()) : panned(box, look.east, look.north));
    this.rested();
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
      const field = this.field(`by_${name}`);
      if (field) field.value = by[name] === 0 ? "" : String(by[name]);
    }
  }

  private field(name: string): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>(`input[type="hidden"][name="${name}"]`);
  }

  private tellSight(): void {
    const field = this.field("sight");
    if (field) field.value = told(this.sight);
  }

  private limits(): readonly [number, number] {
    return limitsOf(this.figure()?.dataset.siteLimits);
  }

  private figure(): HTMLElement | null {
    return this.form.querySelector<HTMLElement>("#site-drawing figure");
  }

  /** Tells the server how large the drawing is shown; true when it should be drawn anew for it. */
  private measure(): boolean {
    const svg = this.form.querySelector<SVGSVGElement>("#site-drawing svg.drawn-map");
    const field = this.field("screen");
    if (!svg || !field) return false;
    field.value = screen(svg.getBoundingClientRect().width);
    return field.value !== `${svg.viewBox.baseVal.width}x${svg.viewBox.baseVal.height}`;
  }

  /** Posts the form and shows the answer. Somebody who pressed gets the page that says what
   * is wrong; who only left a field is told beside it, and who looks around goes on looking. */
  private async ask(what: string, pressed: boolean): Promise<void> {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.measure();
    const [asking, by, sight, looks] = [(this.asking = new AbortController()), this.by, this.sight, !this.owed];
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") fields.append(name, value);
    fields.set("do", what);
    this.say("working");
    try {
      const response = await fetch(this.form.action, { method: "POST", credentials: "same-origin", body: fields, signal: asking.signal });
      if (response.redirected || (response.status === 422 && pressed && !looks)) return this.leave(what);
      const text = response.ok || response.status === 422 ? await response.text() : "";
      const form = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLFormElement>("form[data-site]");
      if (!form || asking.signal.aborted) this.say("");
      else if (looks) this.takeSight(form, sight, what);
      else if (response.ok) this.take(form, by, sight);
      else this.takeWrong(form, sight);
    } catch {
      if (asking.signal.aborted) return;
      this.say("");
      if (pressed && !looks) this.leave(what); // the browser tells that there is no network
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
  private take(form: HTMLFormElement, by: Move, sight: Box | undefined): void {
    this.owed = false;
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input, select, textarea")) this.copy(field);
    document.getElementById("error-summary")?.remove();
    showWrong(this.form, form, null);
    this.form.dispatchEvent(new Event("input"));
    this.keep(minus(this.by, by));
    this.replace(form, parts, sight);
    this.say(isStill(by) ? "" : "moved");
  }

  /** Shows the answer to who looks around: the drawing, and nothing else of the page. */
  private takeSight(form: HTMLFormElement, sight: Box | undefined, what: string): void {
    this.replace(form, looked, sight);
    this.say(what === "see" && !sight ? "" : "seen"); // it was only made to fit the screen
  }

  /** Tells what is wrong with what was typed. The building stays where it was, unless other
   * ground is looked at: there is none on that. */
  private takeWrong(form: HTMLFormElement, sight: Box | undefined): void {
    this.owed = false;
    if (sight && told(sight) !== told(this.box)) this.replace(form, looked, sight);
    this.say("wrong", showWrong(this.form, form, document.activeElement).join(" "));
  }

  /** Puts parts of the answer into the page. What was looked at meanwhile goes on being seen. */
  private replace(form: HTMLFormElement, which: string, sight: Box | undefined): void {
    const focused = this.picture?.focused() ? "building" : this.ground?.focused() ? "ground" : "";
    this.form.dataset.site = form.dataset.site ?? "";
    for (const part of this.form.querySelectorAll<HTMLElement>(which)) {
      const fresh = form.querySelector(`#${part.id}`);
      const open = [...part.querySelectorAll("details")].map((details) => details.open);
      if (fresh) part.replaceChildren(...fresh.childNodes);
      const details = part.querySelectorAll("details");
      if (details.length === open.length) details.forEach((one, i) => (one.open = open[i] ?? one.open)); // as they were left
    }
    this.box = boxOf(this.form.dataset.site);
    if (this.sight === sight) {
      this.sight = form.querySelector<HTMLInputElement>('input[name="sight"]')?.value ? this.box : undefined;
      this.tellSight();
    }
    this.drawn();
    if (focused === "building" && this.picture) this.picture.focus();
    else if (focused) this.ground?.focus();
  }

  /** Puts the server's answer into a field, unless somebody writes in it. */
  private copy(field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): void {
    const here = field.id ? document.getElementById(field.id) : null;
    if (!(here instanceof HTMLInputElement || here instanceof HTMLSelectElement || here instanceof HTMLTextAreaElement) || here.name !== field.name) return;
    if (here instanceof HTMLInputElement && field instanceof HTMLInputElement && (here.type === "radio" || here.type === "checkbox")) here.checked = field.checked;
    else if (here !== document.activeElement || here instanceof HTMLSelectElement) here.value = field.value;
  }

  /** Says that the page works, where the building stands after it was moved, which ground is
   * seen, or what is wrong. */
  private say(what: Said, wrong = ""): void {
    const state = this.form.querySelector<HTMLElement>("[data-site-state]");
    if (!state) return;
    const figure = this.figure()?.dataset;
    state.textContent = { working: state.dataset.working ?? "", moved: figure?.siteSays ?? "", seen: figure?.siteWhere ?? "", wrong, "": "" }[what];
    state.dataset.siteState = what;
  }

  /** Makes building and ground of a fresh drawing movable. */
  private drawn(): void {
    const state = this.form.querySelector<HTMLElement>("[data-site-state]");
    const drawing = this.drawing();
    this.picture = this.ground = undefined;
    if (!drawing) return;
    this.picture = SitePicture.on(drawing, this);
    this.picture?.enliven(state?.dataset.label ?? "", "site-help");
    if (!isStill(this.by)) this.picture?.show(this.by);
    this.ground = new SiteGround(drawing.svg, drawing.inner, drawing.box, this.sight ?? drawing.box, this.limits(), this);
    this.ground.enliven("site-ground-help");
    drawing.svg.classList.toggle("t-site-near", this.sight !== undefined);
  }

  private drawing(): Drawing | undefined {
    const figure = this.figure();
    const svg = figure?.querySelector<SVGSVGElement>("svg.drawn-map");
    const inner = svg?.querySelector<SVGSVGElement>("svg");
    figure?.querySelector(".t-site-small")?.remove(); // the drawing itself is made for the screen
    if (!figure || !svg || !inner || !this.box) return undefined;
    return { svg, inner, box: this.box, middle: middleOf(figure.dataset.siteMiddle) };
  }
}

function middleOf(text: string | undefined): [number, number] {
  const [east, north] = (text ?? "").replace(/[[\]]/g, "").split(",").map(Number);
  return [east || 0, north || 0];
}
