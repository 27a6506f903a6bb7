// The building on the drawing of a property: it is moved by dragging it with mouse, pen or
// finger, turned by dragging a handle, and both by keys. The drawing shows the move at
// once; whoever owns it asks the server what it means.
import { type Box, type Move, isStill, keyed, metres, plus, scale, still, turned } from "./sitedrag";

const handleSize = 13; // pixels on the screen: a finger hits 26 of them
const gripSize = 44; // pixels on the screen within which a finger takes hold of the building

export interface Moving {
  /** The building was taken hold of: the drawing must stay until it is let go. */
  held(): void;
  /** It was let go, and moved so far from where it was. */
  moved(by: Move): void;
  /** How many metres an arrow is. */
  step(): number;
}

/** A drawing that the server has made. */
export interface Drawing {
  svg: SVGSVGElement;
  /** The part of it on which the map is drawn; it may show a part of that. */
  inner: SVGSVGElement;
  box: Box;
  /** East and north of the middle of the building. */
  middle: [number, number];
}

/** Keeps a finger on a shape from scrolling the page: browsers heed touch-action on some shapes only. */
function hold(shape: SVGElement): void {
  shape.addEventListener("touchstart", (event) => event.touches.length === 1 && event.cancelable && event.preventDefault(), { passive: false });
}

export class SitePicture {
  private readonly shapes: SVGGraphicsElement[];
  private readonly middle: [number, number];
  private readonly added: SVGGraphicsElement[] = [];
  private by: Move = { ...still };

  private constructor(
    private readonly drawing: Drawing,
    private readonly building: SVGGraphicsElement,
    private readonly owner: Moving,
  ) {
    this.shapes = [...drawing.svg.querySelectorAll<SVGGraphicsElement>('[class^="drawn-proposed"]')];
    const [x, y] = this.scale();
    // Of the whole building, of which the drawing may have a part only.
    this.middle = [(drawing.middle[0] - drawing.box[0]) * x, (drawing.box[3] - drawing.middle[1]) * y];
  }

  /** The building on a drawing; undefined when none is seen on it. */
  static on(drawing: Drawing, owner: Moving): SitePicture | undefined {
    const building = drawing.svg.querySelector<SVGGraphicsElement>('[class^="drawn-proposed"]');
    return building ? new SitePicture(drawing, building, owner) : undefined;
  }

  /** Makes the building movable. */
  enliven(label: string, helpID: string): void {
    this.building.setAttribute("tabindex", "0");
    this.building.setAttribute("role", "application"); // the arrows are for it, not for reading on
    this.building.setAttribute("aria-label", label);
    this.building.setAttribute("aria-describedby", helpID);
    for (const shape of this.shapes) this.grip(shape);
    this.building.addEventListener("keydown", (event) => this.key(event));
    this.addGrip();
    this.addHandle();
    this.show({ ...still });
  }

  focused(): boolean {
    return document.activeElement === this.building;
  }

  focus(): void {
    this.building.focus({ preventScroll: true });
  }

  /** Shows the building where it was moved to. */
  show(by: Move): void {
    this.by = by;
    const [x, y] = this.scale();
    const [right, down] = [by.east * x, -by.north * y];
    const transform = `translate(${right} ${down}) rotate(${by.turn} ${this.middle[0]} ${this.middle[1]})`;
    for (const shape of [...this.shapes, ...this.added]) {
      if (isStill(by)) shape.removeAttribute("transform");
      else shape.setAttribute("transform", transform);
    }
    this.drawing.svg.classList.toggle("t-site-moving", !isStill(by)); // the measures are of where it stood
  }

  private scale(): [number, number] {
    const view = this.drawing.svg.viewBox.baseVal;
    return scale(this.drawing.box, view.width, view.height);
  }

  private key(event: KeyboardEvent): void {
    const by = event.ctrlKey || event.altKey || event.metaKey ? undefined : keyed(event.key, event.shiftKey, this.owner.step());
    if (!by) return;
    event.preventDefault();
    this.owner.moved(by);
  }

  private grip(shape: SVGGraphicsElement): void {
    shape.classList.add("t-site-movable");
    shape.addEventListener("pointerdown", (event) => this.drag(event, shape));
    hold(shape);
  }

  /** A building that is small on the screen can be taken hold of beside it. */
  private addGrip(): void {
    const screen = this.drawing.inner.getScreenCTM();
    const bounds = this.building.getBBox();
    const small = screen ? gripSize / screen.a - Math.min(bounds.width, bounds.height) : 0;
    if (small <= 0) return;
    const grip = this.building.cloneNode() as SVGGraphicsElement;
    for (const name of ["tabindex", "role", "aria-label", "aria-describedby", "stroke-dasharray"]) grip.removeAttribute(name);
    grip.setAttribute("class", "t-site-grip");
    grip.setAttribute("stroke-width", String(small));
    grip.setAttribute("aria-hidden", "true");
    this.building.before(grip);
    this.added.push(grip);
    this.grip(grip);
  }

  /** The handle stands off the building's side, where it is seen; the keys R and T do what it does. */
  private addHandle(): void {
    const screen = this.drawing.inner.getScreenCTM();
    if (!screen || screen.a === 0) return;
    const [bounds, view] = [this.building.getBBox(), this.drawing.svg.viewBox.baseVal];
    const size = handleSize / screen.a;
    const [x, y] = [bounds.x + bounds.width / 2, bounds.y + bounds.height / 2];
    const [up, aside] = [bounds.height / 2 + 2 * size, bounds.width / 2 + 2 * size];
    const places: [number, number][] = [[x, y - up], [x, y + up], [x + aside, y], [x - aside, y], [x + aside, y - up], [x - aside, y - up], [x + aside, y + up], [x - aside, y + up]];
    const seen = places.filter((p) => p[0] > size && p[0] < view.width - size && p[1] > size && p[1] < view.height - size);
    const at = seen.find((p) => this.clear(new DOMPoint(...p).matrixTransform(screen))) ?? seen[0] ?? [x, Math.max(2 * size, bounds.y + 2 * size)];
    const handle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx: at[0], cy: at[1], r: size, class: "t-site-handle", "aria-hidden": "true" })) handle.setAttribute(name, String(value));
    handle.addEventListener("pointerdown", (event) => this.turn(event, handle));
    hold(handle);
    this.building.parentElement?.append(handle);
    this.added.push(handle);
  }

  /** Reports whether a handle at a place on the screen would hide no measure. */
  private clear(at: DOMPoint): boolean {
    return [...this.drawing.svg.querySelectorAll('[class^="drawn-dimension"] text')].every((text) => {
      const r = text.getBoundingClientRect();
      return at.x < r.left - handleSize || at.x > r.right + handleSize || at.y < r.top - handleSize || at.y > r.bottom + handleSize;
    });
  }

  private drag(down: PointerEvent, shape: SVGGraphicsElement): void {
    const screen = this.drawing.inner.getScreenCTM();
    if (!screen) return;
    this.follow(down, shape, (event) => {
      const view = this.drawing.svg.viewBox.baseVal;
      const [east, north] = metres(this.drawing.box, view.width, view.height, (event.clientX - down.clientX) / screen.a, (event.clientY - down.clientY) / screen.d);
      return { ...still, east, north };
    });
  }

  private turn(down: PointerEvent, handle: SVGGraphicsElement): void {
    const screen = this.drawing.inner.getScreenCTM();
    if (!screen) return;
    const [x, y] = this.scale();
    const at = new DOMPoint(this.middle[0] + this.by.east * x, this.middle[1] - this.by.north * y).matrixTransform(screen);
    const middle: [number, number] = [at.x, at.y];
    this.follow(down, handle, (event) => ({ ...still, turn: turned(middle, [down.clientX, down.clientY], [event.clientX, event.clientY]) }));
  }

  /** Follows the pointer until it is let go; when the browser takes it away, nothing has moved. */
  private follow(down: PointerEvent, holds: SVGGraphicsElement, by: (event: PointerEvent) => Move): void {
    if (down.button !== 0 || !down.isPrimary) return;
    down.preventDefault();
    this.focus();
    holds.setPointerCapture(down.pointerId);
    this.owner.held();
    const [over, before] = [new AbortController(), this.by];
    let here: Move = { ...still };
    const listen = (name: "pointermove" | "pointerup" | "pointercancel", does: (event: PointerEvent) => void): void =>
      holds.addEventListener(name, (event) => event.pointerId === down.pointerId && does(event), { signal: over.signal });
    listen("pointermove", (event) => {
      here = by(event);
      this.show(plus(before, here));
    });
    listen("pointercancel", () => {
      over.abort();
      this.owner.moved({ ...still });
    });
    listen("pointerup", () => {
      over.abort();
      this.owner.moved(here);
    });
  }
}
