// The list of layers: a form whose boxes turn layers on and off, the day whose plans
// are shown, and the public cases.
import type { GeoJSONSource, Map as Chart } from "maplibre-gl";

import { textOf, type Config } from "./mapconfig";
import { credits, differences, paint, type Choice } from "./maplayers";
import { addressOf, featuresOf, timed } from "./maptime";

const casesName = "cases";
const casesFrom = 11;

export class LayerList {
  date: string;
  private readonly boxes: HTMLInputElement[];
  private readonly day: HTMLInputElement | null;
  private running: AbortController | undefined;
  private asked = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly config: Config,
    private readonly chart: Chart,
    date: string,
    private readonly changed: () => void,
    private readonly say: (text: string) => void,
  ) {
    this.date = date;
    this.boxes = Array.from(root.querySelectorAll<HTMLInputElement>("input[data-layer]"));
    this.day = root.querySelector<HTMLInputElement>("[data-map-date]");
    for (const box of this.boxes) box.addEventListener("change", () => this.chosen());
    this.day?.addEventListener("change", () => this.setDay(this.day?.value ?? ""));
    root.querySelector("[data-map-today]")?.addEventListener("click", () => this.setDay(""));
    this.credit();
  }

  private choices(): Choice[] {
    return this.boxes.map((b) => ({ name: b.dataset.layer ?? "", first: b.dataset.first === "true", shown: b.checked }));
  }

  differences(): { on: string[]; off: string[] } {
    return differences(this.choices());
  }

  private chosen(): void {
    this.paint();
    this.past();
    this.changed();
  }

  paint(): void {
    paint(this.chart, this.choices(), this.date === "" ? [] : timed);
    this.credit();
  }

  private credit(): void {
    const names = credits(this.choices(), (name) => this.boxes.find((b) => b.dataset.layer === name)?.dataset.attribution ?? "");
    const line = this.root.querySelector("[data-map-credits]");
    if (line) line.textContent = names.join(" · ");
  }

  private setDay(day: string): void {
    this.date = day;
    if (this.day) this.day.value = day;
    if (day !== "" && !this.choices().some((c) => c.shown && timed.includes(c.name))) {
      for (const box of this.boxes) if (["plans", "plan_zones"].includes(box.dataset.layer ?? "")) box.checked = true;
    }
    this.chosen();
  }

  /** Draws the plans of another day, as far as they are turned on. */
  past(): void {
    this.running?.abort();
    const run = (this.running = new AbortController());
    for (const name of timed) {
      const source = this.chart.getSource<GeoJSONSource>("past-" + name);
      if (!source) continue;
      const shown = this.date !== "" && this.choices().some((c) => c.name === name && c.shown);
      if (!shown) source.setData({ type: "FeatureCollection", features: [] });
      else void this.fetchPast(name, source, run.signal);
    }
  }

  private async fetchPast(name: string, source: GeoJSONSource, signal: AbortSignal): Promise<void> {
    this.root.dataset.past = "loading";
    try {
      const features = await featuresOf(addressOf(this.config.items, name, this.date), location.origin, signal);
      source.setData(features);
      this.root.dataset.past = this.date;
      if (name === "plans") this.say(textOf(this.config, "plans_then", features.features.length));
    } catch {
      if (!signal.aborted) this.say(textOf(this.config, "plans_failed"));
    }
  }

  /** Fetches the public building cases of what is seen. */
  async cases(): Promise<void> {
    const source = this.chart.getSource<GeoJSONSource>(casesName);
    const on = this.config.cases !== "" && this.choices().some((c) => c.name === casesName && c.shown) && this.chart.getZoom() >= casesFrom;
    if (!source) return;
    const b = this.chart.getBounds();
    const box = on ? [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((n) => n.toFixed(5)).join(",") : "";
    if (box === this.asked && on) return;
    this.asked = box;
    if (!on) {
      source.setData({ type: "FeatureCollection", features: [] });
      return;
    }
    try {
      const answer = await fetch(`${this.config.cases}?bbox=${box}&days=365&limit=500`, { headers: { Accept: "application/geo+json, application/json", "X-Requested-With": "fetch" } });
      if (answer.ok && this.asked === box) source.setData((await answer.json()) as GeoJSON.GeoJSON);
    } catch {
      this.asked = ""; // asked again when the map moves
    }
  }
}
