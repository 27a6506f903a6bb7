// The living map and all that hangs together with it.
import { Map as Chart, Marker, ScaleControl, type GeoJSONSource, type LngLatLike, type RequestParameters } from "maplibre-gl";

import { Answers, type Asked } from "./mapanswer";
import { Combo, type Hit } from "./mapcombo";
import { textOf, type Config } from "./mapconfig";
import { Crosshair } from "./mapcross";
import { patternOf } from "./maphatch";
import { LayerList } from "./maplist";
import { locate, zoomFor, type Position } from "./maplocate";
import { Panel } from "./mappanel";
import { Share } from "./mapshare";
import { formatView, parseView, type View } from "./mapview";

const dark = matchMedia("(prefers-color-scheme: dark)");
const wide = matchMedia("(min-width: 60rem)");

export class Atlas {
  private readonly chart: Chart;
  private readonly panel: Panel;
  private readonly answers: Answers;
  private readonly list: LayerList;
  private readonly stage: HTMLElement;
  private view: View = parseView(location.search);
  private pin: Marker | undefined;
  private me: Marker | undefined;
  private fading: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: Config,
  ) {
    this.stage = this.part("[data-map-stage]");
    this.fit();
    this.chart = this.draw();
    this.panel = new Panel(root, this.part("[data-map-panel]"), () => this.pad());
    this.answers = new Answers(config, this.panel);
    this.list = new LayerList(root, config, this.chart, this.view.date, () => this.remember(), (text) => this.say(text));
  }

  private part<T extends HTMLElement>(selector: string): T {
    const found = this.root.querySelector<T>(selector);
    if (!found) throw new Error(`The page has no ${selector}.`);
    return found;
  }

  private draw(): Chart {
    const { lon, lat, zoom } = this.view;
    const seen = lon !== undefined && lat !== undefined ? { center: [lon, lat] as LngLatLike, zoom: zoom ?? 15 } : { bounds: this.config.bounds, fitBoundsOptions: { padding: 12 } };
    const chart = new Chart({
      ...seen,
      container: this.stage,
      style: this.styleAddress(),
      attributionControl: false,
      keyboard: false, // ours moves a crosshair
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      minZoom: 5,
      maxZoom: 20,
      renderWorldCopies: false,
      transformRequest: (url) => this.request(url),
    });
    chart.touchZoomRotate.disableRotation();
    const canvas = chart.getCanvas();
    canvas.tabIndex = -1;
    for (const name of ["role", "aria-label"]) canvas.removeAttribute(name);
    canvas.setAttribute("aria-hidden", "true");
    chart.addControl(new ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");
    return chart;
  }

  /** Our own addresses are relative; those of an outside map are not kept unless the
   * municipality has been told that they may be. */
  private request(url: string): RequestParameters {
    if (url.startsWith("/")) return { url: location.origin + url };
    if (this.config.background !== "" && url.startsWith(this.config.background) && !this.config.keepBackground) return { url, cache: "no-store" };
    return { url };
  }

  private styleAddress(): string {
    return `${this.config.style}?scheme=${dark.matches ? "dark" : "light"}`;
  }

  start(): void {
    const chart = this.chart;
    const placed = this.view.lon !== undefined; // opening the panel moves the map
    chart.on("styleimagemissing", (e) => this.pattern(e.id));
    chart.on("style.load", () => this.styled());
    chart.on("idle", () => (this.root.dataset.state = "ready"));
    chart.on("moveend", () => this.remember());
    chart.on("click", (e) => void this.ask({ lon: e.lngLat.lng, lat: e.lngLat.lat }, false));
    dark.addEventListener("change", () => chart.setStyle(this.styleAddress(), { diff: false }));
    addEventListener("resize", () => this.fit());
    wide.addEventListener("change", () => this.pad()); // the panel goes from beside the map to below it
    this.tools();
    new Crosshair(this.stage, chart, this.config, (text) => this.say(text), (at) => void this.ask(at, true), () => this.panel.close(false));
    this.search();
    new Share(this.root, () => this.address(), this.config, (text) => this.say(text));
    const given = this.answers.given();
    if (given) this.mark(given, !placed);
  }

  private styled(): void {
    void document.fonts.load('16px Inter', "åđŋšž");
    this.list.paint();
    this.list.past();
    this.outline(this.answers.outline);
    void this.list.cases();
  }

  private pattern(name: string): void {
    const ratio = devicePixelRatio > 1 ? 2 : 1;
    const pattern = patternOf(name, ratio);
    if (pattern && !this.chart.hasImage(name)) this.chart.addImage(name, pattern, { pixelRatio: ratio });
  }

  private tools(): void {
    const act: Record<string, () => void> = {
      in: () => this.chart.zoomIn(),
      out: () => this.chart.zoomOut(),
      all: () => this.chart.fitBounds(this.config.bounds, { padding: 12 }),
      me: () => void this.findMe(),
      up: () => this.chart.panBy([0, -160]),
      down: () => this.chart.panBy([0, 160]),
      left: () => this.chart.panBy([-160, 0]),
      right: () => this.chart.panBy([160, 0]),
    };
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-do]")) {
      const what = act[button.dataset.do ?? ""];
      if (what) button.addEventListener("click", what);
    }
  }

  private search(): void {
    const form = this.part<HTMLFormElement>("[data-map-search]");
    const field = form.querySelector("input");
    const list = form.querySelector<HTMLElement>("[data-hits]");
    if (!field || !list) return;
    const words = ["found", "one", "none", "failed"].map((name) => [name, textOf(this.config, "search_" + name)]);
    const texts = Object.fromEntries(words) as { found: string; one: string; none: string; failed: string };
    new Combo(form, field, list, this.config.places, texts, (text) => this.say(text), (hit) => this.goTo(hit));
  }

  private goTo(hit: Hit): void {
    if (hit.box) this.chart.fitBounds(hit.box, { padding: this.air(60), maxZoom: 18 });
    else this.chart.easeTo({ center: [hit.at.lon, hit.at.lat], zoom: Math.max(this.chart.getZoom(), 17) });
    void this.ask({ east: hit.at.e, north: hit.at.n }, true);
  }

  /** Asks what is somewhere, and shows the answer. */
  private async ask(at: Asked, focus: boolean): Promise<void> {
    if (at.lon !== undefined && at.lat !== undefined) this.setPin(at.lon, at.lat);
    const answer = await this.answers.ask(at, focus, this.stage);
    if (answer === null) return;
    if (!answer) {
      this.say(textOf(this.config, "here_failed"));
      return;
    }
    this.mark(answer, false);
    this.say(answer.summary, true);
  }

  private mark(answer: { lon: number; lat: number; east: number; north: number; outline: string }, move: boolean): void {
    this.view = { ...this.view, east: answer.east, north: answer.north };
    this.setPin(answer.lon, answer.lat);
    this.outline(answer.outline);
    if (move) this.chart.jumpTo({ center: [answer.lon, answer.lat], zoom: 17 });
    this.remember();
  }

  private setPin(lon: number, lat: number): void {
    const colour = getComputedStyle(this.root).getPropertyValue("--ds-color-base-default").trim() || "#1e5a8c";
    this.pin ??= new Marker({ color: colour, className: "t-map__pin" }).setLngLat([lon, lat]).addTo(this.chart);
    this.pin.setLngLat([lon, lat]);
    this.pin.getElement().setAttribute("aria-hidden", "true");
  }

  private outline(geometry: string): void {
    const source = this.chart.getSource<GeoJSONSource>("chosen");
    const features = geometry === "" ? [] : [{ type: "Feature" as const, properties: {}, geometry: JSON.parse(geometry) as GeoJSON.Geometry }];
    source?.setData({ type: "FeatureCollection", features });
  }

  private async findMe(): Promise<void> {
    this.say(textOf(this.config, "locating"));
    try {
      const p = await locate(navigator.geolocation, this.config.area);
      this.showMe(p);
      this.say(textOf(this.config, "located", Math.round(p.accuracy)));
    } catch (e) {
      this.say(textOf(this.config, "locate_" + (e instanceof Error ? e.message : "unavailable")));
    }
  }

  private showMe(p: Position): void {
    if (!this.me) {
      const dot = document.createElement("div");
      dot.className = "t-map__me";
      this.me = new Marker({ element: dot }).setLngLat([p.lon, p.lat]).addTo(this.chart);
    }
    this.me.setLngLat([p.lon, p.lat]);
    this.chart.easeTo({ center: [p.lon, p.lat], zoom: zoomFor(p.accuracy) });
    void this.ask({ lon: p.lon, lat: p.lat }, false);
  }

  /** Speaks a message, and shows it for a while unless the page shows it already. The
   * same words twice are spoken twice. */
  private say(text: string, spoken = false): void {
    const status = this.part("[data-map-status]");
    status.textContent = "";
    status.toggleAttribute("data-spoken", spoken);
    clearTimeout(this.fading);
    setTimeout(() => (status.textContent = text), 60);
    this.fading = setTimeout(() => status.setAttribute("data-spoken", ""), 3000 + 90 * text.length);
  }

  /** Keeps the address of the page that of what is seen, so that it can be shared. */
  private remember(): void {
    const { lng, lat } = this.chart.getCenter();
    this.view = { ...this.view, lon: lng, lat, zoom: this.chart.getZoom(), date: this.list.date, ...this.list.differences() };
    history.replaceState(history.state, "", location.pathname + formatView(this.view));
    for (const field of this.root.querySelectorAll<HTMLInputElement>("[data-view]")) field.value = formatView(this.view);
    void this.list.cases();
  }

  private address(): string {
    return location.origin + location.pathname + formatView(this.view);
  }

  /** What the panel hides does not count as seen. */
  private pad(): void {
    const open = this.root.dataset.panelOpen !== "";
    this.chart.easeTo({ padding: { left: open && wide.matches ? 400 : 0, bottom: open && !wide.matches ? this.stage.clientHeight * 0.45 : 0, top: 0, right: 0 }, duration: 200 });
  }

  private air(pixels: number): number {
    return Math.min(pixels, this.stage.clientWidth / 5);
  }

  /** The map fills what the header leaves of the window. */
  private fit(): void {
    const top = this.root.getBoundingClientRect().top + scrollY;
    this.root.style.setProperty("--t-map-top", `${Math.min(top, innerHeight / 2)}px`);
  }
}
