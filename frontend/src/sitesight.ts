// Which ground of a drawn map is seen while it is dragged, pinched and zoomed. It knows
// neither the page nor the network, so that it can be tested.
import type { Box } from "./sitedrag";

/** A place on the picture: shares of its width and height from the top left corner. */
export type Share = readonly [number, number];

/** How wide the ground that is seen can be, in metres. */
export type Limits = readonly [number, number];

/** What a key or a button asks for: to see more or less, ground beside it, or what the server knows. */
export type Look = { zoom: number } | { east: number; north: number } | { ask: "see_whole" | "see_building" };

// As the server's buttons: see sight.go.
const zoomStep = 1.5;
const panStep = 0.25;

export function limitsOf(text: string | undefined): Limits {
  try {
    const list: unknown = JSON.parse(text ?? "");
    if (Array.isArray(list) && list.length === 2 && list.every((n) => typeof n === "number" && n > 0) && list[0] < list[1]) return [list[0] as number, list[1] as number];
  } catch {
    // told below
  }
  return [5, 600];
}

/** What a key does on the map; the keys that move the building are the building's. */
export function keyedLook(key: string): Look | undefined {
  switch (key) {
    case "ArrowUp":
      return { east: 0, north: panStep };
    case "ArrowDown":
      return { east: 0, north: -panStep };
    case "ArrowLeft":
      return { east: -panStep, north: 0 };
    case "ArrowRight":
      return { east: panStep, north: 0 };
    case "+":
    case "=":
      return { zoom: 1 / zoomStep };
    case "-":
    case "_":
      return { zoom: zoomStep };
    case "0":
      return { ask: "see_whole" };
  }
  return undefined;
}

/** What a button of the page does. */
export function pressedLook(button: string): Look | undefined {
  if (button === "see_whole" || button === "see_building") return { ask: button };
  const key = { nearer: "+", further: "-", see_north: "ArrowUp", see_south: "ArrowDown", see_west: "ArrowLeft", see_east: "ArrowRight" }[button];
  return key === undefined ? undefined : keyedLook(key);
}

/** The box so many shares of itself further. */
export function panned(box: Box, east: number, north: number): Box {
  const [x, y] = [east * (box[2] - box[0]), north * (box[3] - box[1])];
  return [box[0] + x, box[1] + y, box[2] + x, box[3] + y];
}

/** The box so many times as large, within limits, with the ground under the first place under the second. */
export function zoomed(box: Box, factor: number, limits: Limits, from: Share = [0.5, 0.5], to: Share = from): Box {
  const [wide, high] = [box[2] - box[0], box[3] - box[1]];
  const bounded = Math.min(Math.max(wide * factor, limits[0]), limits[1]) / wide;
  const west = box[0] + from[0] * wide - to[0] * wide * bounded;
  const top = box[3] - from[1] * high + to[1] * high * bounded;
  return [west, top - high * bounded, west + wide * bounded, top];
}

/** What fingers do: the ground under them goes along, and two of them bring it nearer or further. */
export function fingered(box: Box, limits: Limits, from: readonly Share[], to: readonly Share[], aspect: number): Box {
  const [apart, now] = [spread(from, aspect), spread(to, aspect)];
  return zoomed(box, apart > 0 && now > 0 ? apart / now : 1, limits, middle(from), middle(to));
}

function middle(places: readonly Share[]): Share {
  const n = Math.max(1, places.length);
  return [places.reduce((sum, p) => sum + p[0], 0) / n, places.reduce((sum, p) => sum + p[1], 0) / n];
}

function spread(places: readonly Share[], aspect: number): number {
  const [a, b] = places;
  return a && b ? Math.hypot((a[0] - b[0]) * aspect, a[1] - b[1]) : 0;
}

/** The part of a drawing that shows some ground, in the drawing's units: x, y, width, height. */
export function part(drawn: Box, box: Box, width: number, height: number): [number, number, number, number] {
  const [x, y] = [width / (drawn[2] - drawn[0]), height / (drawn[3] - drawn[1])];
  return [(box[0] - drawn[0]) * x, (drawn[3] - box[3]) * y, (box[2] - box[0]) * x, (box[3] - box[1]) * y];
}

/** How the server is told which ground is to be drawn: east, north and width. */
export function told(box: Box | undefined): string {
  if (!box) return "";
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0]].map((n) => n.toFixed(2)).join(",");
}

/** The size that a drawing has when nobody tells another: see drawing.go. */
const usual: readonly [number, number] = [580, 428];

/** How much larger than it is drawn a picture is shown, so that its letters can be read. */
const larger = 1.25;

/** The size to draw in: another than the usual one where the picture is shown so much
 * smaller or larger that its letters are. A narrow screen has a square picture. */
export function screen(shown: number): string {
  const width = Math.round(shown / larger);
  if (width < 200 || width > 1200 || (width > 0.8 * usual[0] && width < 1.3 * usual[0])) return usual.join("x");
  return `${width}x${width < 400 ? width : Math.round((width * usual[1]) / usual[0])}`;
}
