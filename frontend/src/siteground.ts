// The ground of the drawing on which a building is placed: it is dragged with mouse, pen
// or finger, pinched, zoomed with the wheel, and moved by keys. What is seen changes at
// once, as far as it is drawn; whoever owns it has it drawn anew.
import type { Box } from "./sitedrag";
import { type Limits, type Look, type Share, fingered, keyedLook, part, zoomed } from "./sitesight";

const slack = 4; // pixels that a hand shakes when it presses

export interface Seeing {
  /** The ground was taken hold of: the drawing must stay until it is let go. */
  held(): void;
  /** What is seen now; it goes on. */
  seeing(box: Box): void;
  /** It was let go. */
  rested(): void;
  /** A key was pressed. */
  looked(look: Look): void;
}

export class SiteGround {
  private readonly fingers = new Map<number, Share>();
  private from: Share[] = [];
  private start: Box;
  private held = false;

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly inner: SVGSVGElement,
    private readonly drawn: Box,
    private seen: Box,
    private readonly limits: Limits,
    private readonly owner: Seeing,
  ) {
    this.start = seen;
  }

  enliven(helpID: string): void {
    this.svg.setAttribute("role", "application"); // the arrows move the map
    this.svg.setAttribute("tabindex", "0");
    this.svg.setAttribute("aria-describedby", `${this.svg.getAttribute("aria-describedby") ?? ""} ${helpID}`.trim());
    this.svg.classList.add("t-site-ground");
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.svg.addEventListener("pointerdown", (event) => this.down(event));
    this.svg.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"] as const) this.svg.addEventListener(name, (event) => this.up(event));
    // Two fingers are for the map, wherever the page would go with them.
    this.svg.addEventListener("touchstart", (event) => event.touches.length > 1 && event.cancelable && event.preventDefault(), { passive: false });
    this.show(this.seen);
  }

  focused(): boolean {
    return document.activeElement === this.svg;
  }

  focus(): void {
    this.svg.focus({ preventScroll: true });
  }

  /** Shows some ground, as far as it is drawn. */
  show(box: Box): void {
    this.seen = box;
    const view = this.svg.viewBox.baseVal;
    const shown = part(this.drawn, box, view.width, view.height);
    const same = Math.abs(shown[0]) + Math.abs(shown[1]) + Math.abs(shown[2] - view.width) < 0.5;
    if (same) this.inner.removeAttribute("viewBox");
    else this.inner.setAttribute("viewBox", shown.map((n) => n.toFixed(3)).join(" "));
    this.svg.classList.toggle("t-site-seeing", !same); // the scale bar is of what was drawn
  }

  private key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const look = keyedLook(event.key);
    if (!look) return;
    event.preventDefault();
    this.owner.looked(look);
  }

  /** The wheel scrolls the page, but with Ctrl, as which a trackpad tells a pinch. */
  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 16;
    const factor = Math.exp(Math.max(-100, Math.min(100, pixels)) * 0.004);
    this.owner.seeing(zoomed(this.seen, factor, this.limits, this.share(event)));
    this.owner.rested();
  }

  private share(event: MouseEvent): Share {
    const r = this.svg.getBoundingClientRect();
    return [(event.clientX - r.left) / r.width, (event.clientY - r.top) / r.height];
  }

  /** What is pressed on the building is the building's. */
  private down(event: PointerEvent): void {
    if (event.defaultPrevented || event.button !== 0 || this.fingers.size > 1 || (!event.isPrimary && this.fingers.size === 0)) return;
    if (event.pointerType === "mouse") event.preventDefault(); // or the text of the page is marked
    this.focus();
    this.svg.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.share(event));
    this.begin();
  }

  private begin(): void {
    this.from = [...this.fingers.values()];
    this.start = this.seen;
  }

  private move(event: PointerEvent): void {
    if (!this.fingers.has(event.pointerId)) return;
    this.fingers.set(event.pointerId, this.share(event));
    const r = this.svg.getBoundingClientRect();
    const to = [...this.fingers.values()];
    const far = to.some((p, i) => Math.hypot((p[0] - (this.from[i]?.[0] ?? p[0])) * r.width, (p[1] - (this.from[i]?.[1] ?? p[1])) * r.height) > slack);
    if (!this.held && !far) return;
    if (!this.held) this.owner.held();
    this.held = true;
    this.svg.classList.add("t-site-held");
    this.owner.seeing(fingered(this.start, this.limits, this.from, to, r.width / r.height));
  }

  /** When the browser takes a finger away to scroll the page, nothing was moved. */
  private up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId)) return;
    if (event.type === "pointercancel" && this.held) this.owner.seeing(this.start);
    this.begin();
    if (this.fingers.size > 0 || !this.held) return;
    this.held = false;
    this.svg.classList.remove("t-site-held");
    this.owner.rested();
  }
}
