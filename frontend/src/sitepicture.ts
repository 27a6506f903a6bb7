// The drawing of a property on which a building is moved: by dragging it with mouse,
// pen or finger, by dragging the handle that turns it, and by keys. It shows the move at
// once; whoever owns it asks the server what it means.
import { type Box, type Move, isStill, keyed, metres, plus, scale, still, turned } from "./sitedrag";

const handleSize = 13; // pixels on the screen: a finger hits 26 of them

export interface Moving {
  /** The building was taken hold of: the drawing must stay until it is let go. */
  held(): void;
  /** It was let go, and moved so far from where it was. */
  moved(by: Move): void;
  /** How many metres an arrow is. */
  step(): number;
}

/** Keeps a finger on a shape from scrolling the page: browsers heed touch-action on some shapes only. */
function hold(shape: SVGElement): void {
  shape.addEventListener("touchstart", (event) => event.touches.length === 1 && event.cancelable && event.preventDefault(), { passive: false });
}

export class SitePicture {
  private readonly shapes: SVGGraphicsElement[];
  private readonly middle: [number, number];
  private handle: SVGCircleElement | undefined;
  private by: Move = { ...still };

  private constructor(
    private readonly svg: SVGSVGElement,
    private readonly building: SVGGraphicsElement,
    private readonly box: Box,
    private readonly owner: Moving,
  ) {
    this.shapes = [...svg.querySelectorAll<SVGGraphicsElement>('[class^="drawn-proposed"]')];
    const bounds = building.getBBox();
    this.middle = [bounds.x + bounds.width / 2, bounds.y + bounds.height / 2];
  }

  /** The picture within an element; undefined when no building is drawn on it. */
  static in(root: ParentNode, box: Box | undefined, owner: Moving): SitePicture | undefined {
    const svg = root.querySelector<SVGSVGElement>("svg.drawn-map");
    const building = svg?.querySelector<SVGGraphicsElement>('[class^="drawn-proposed"]');
    return svg && building && box ? new SitePicture(svg, building, box, owner) : undefined;
  }

  /** Makes the building movable. */
  enliven(label: string, helpID: string): void {
    this.svg.setAttribute("role", "group"); // a picture has nothing inside that takes the focus
    this.building.setAttribute("tabindex", "0");
    this.building.setAttribute("role", "application"); // the arrows are for it, not for reading on
    this.building.setAttribute("aria-label", label);
    this.building.setAttribute("aria-describedby", helpID);
    for (const shape of this.shapes) {
      shape.classList.add("t-site-movable");
      shape.addEventListener("pointerdown", (event) => this.drag(event, shape));
      hold(shape);
    }
    this.building.addEventListener("keydown", (event) => this.key(event));
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
    const [x, y] = scale(this.box, this.svg.viewBox.baseVal.width, this.svg.viewBox.baseVal.height);
    const [right, down] = [by.east * x, -by.north * y];
    const transform = `translate(${right} ${down}) rotate(${by.turn} ${this.middle[0]} ${this.middle[1]})`;
    for (const shape of [...this.shapes, ...(this.handle ? [this.handle] : [])]) {
      if (isStill(by)) shape.removeAttribute("transform");
      else shape.setAttribute("transform", transform);
    }
    this.svg.classList.toggle("t-site-moving", !isStill(by)); // the measures are of where it stood
  }

  private key(event: KeyboardEvent): void {
    const by = event.ctrlKey || event.altKey || event.metaKey ? undefined : keyed(event.key, event.shiftKey, this.owner.step());
    if (!by) return;
    event.preventDefault();
    this.owner.moved(by);
  }

  /** The handle stands off the building's side; the keys R and T do what it does. */
  private addHandle(): void {
    const screen = this.svg.getScreenCTM();
    if (!screen || screen.a === 0) return;
    const bounds = this.building.getBBox();
    const size = handleSize / screen.a;
    const off = bounds.height / 2 + 2 * size;
    const above = this.middle[1] - off - size > 0;
    const handle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx: this.middle[0], cy: this.middle[1] + (above ? -off : off), r: size })) handle.setAttribute(name, String(value));
    handle.setAttribute("class", "t-site-handle");
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("pointerdown", (event) => this.turn(event, handle));
    hold(handle);
    this.building.parentElement?.append(handle);
    this.handle = handle;
  }

  private drag(down: PointerEvent, shape: SVGGraphicsElement): void {
    const screen = this.svg.getScreenCTM();
    if (!screen) return;
    this.follow(down, shape, (event) => {
      const view = this.svg.viewBox.baseVal;
      const [east, north] = metres(this.box, view.width, view.height, (event.clientX - down.clientX) / screen.a, (event.clientY - down.clientY) / screen.d);
      return { ...still, east, north };
    });
  }

  private turn(down: PointerEvent, handle: SVGGraphicsElement): void {
    const box = this.building.getBoundingClientRect();
    const middle: [number, number] = [box.left + box.width / 2, box.top + box.height / 2];
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
