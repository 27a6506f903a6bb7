// The crosshair of those who use the map by keyboard.
import type { Map as Chart } from "maplibre-gl";

import type { Asked } from "./mapanswer";
import { textOf, type Config } from "./mapconfig";
import { actionOf, moved, type Spot } from "./mapkeys";
import { drawnBy } from "./maplayers";
import { spotText } from "./mapspot";

const pause = 500;

export class Crosshair {
  private readonly sign: HTMLElement;
  private at: Spot = { x: 0, y: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly chart: Chart,
    private readonly config: Config,
    private readonly say: (text: string) => void,
    private readonly ask: (at: Asked) => void,
    private readonly leave: () => void,
  ) {
    this.sign = document.createElement("div");
    this.sign.className = "t-map__cross";
    this.sign.hidden = true;
    this.sign.setAttribute("aria-hidden", "true");
    stage.append(this.sign);
    stage.tabIndex = 0;
    stage.addEventListener("keydown", (e) => this.pressed(e));
    stage.addEventListener("blur", () => (this.sign.hidden = true));
    stage.addEventListener("focus", () => this.shown());
    stage.addEventListener("pointerdown", () => (this.sign.hidden = true));
  }

  /** It stands in the middle when the map takes the focus by keyboard. */
  private shown(): void {
    if (!this.stage.matches(":focus-visible")) return;
    this.sign.hidden = false;
    this.place({ x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 });
  }

  private place(at: Spot): void {
    this.at = at;
    this.sign.style.transform = `translate(${at.x}px, ${at.y}px)`;
  }

  private pressed(e: KeyboardEvent): void {
    const action = e.ctrlKey || e.altKey || e.metaKey ? undefined : actionOf(e.key, e.shiftKey);
    if (!action) return;
    e.preventDefault();
    if (this.sign.hidden) {
      this.sign.hidden = false;
      if (this.at.x === 0) this.place({ x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 });
    }
    switch (action.kind) {
      case "move":
        this.move(action.dx, action.dy);
        break;
      case "zoom":
        this.chart.zoomTo(Math.round(this.chart.getZoom()) + action.by, { around: this.chart.unproject([this.at.x, this.at.y]) });
        break;
      case "middle":
        this.place({ x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 });
        break;
      case "ask": {
        const { lng, lat } = this.chart.unproject([this.at.x, this.at.y]);
        this.ask({ lon: lng, lat });
        break;
      }
      case "leave":
        this.leave();
    }
  }

  private move(dx: number, dy: number): void {
    const size = { width: this.stage.clientWidth, height: this.stage.clientHeight };
    const { at, pan } = moved(this.at, dx, dy, size);
    this.place(at);
    if (pan.x !== 0 || pan.y !== 0) this.chart.panBy([pan.x, pan.y], { duration: 0 });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), pause);
  }

  private tell(): void {
    const seen = this.chart.queryRenderedFeatures([this.at.x, this.at.y]).map((f) => ({ layer: drawnBy(f.layer), properties: f.properties }));
    this.say(spotText(seen, textOf(this.config, "nothing_named")));
  }
}
