// What the address of the map page says: which part of the map is seen, what is
// on and off, the day whose plans are shown, and the place that was asked about.
// The server reads the same words.
export interface View {
  /** Longitude, latitude and level of the middle; absent: the whole municipality. */
  lon?: number;
  lat?: number;
  zoom?: number;
  /** The place asked about, in metres of the municipality's own system. */
  east?: number;
  north?: number;
  on: string[];
  off: string[];
  /** YYYY-MM-DD, or "" for today. */
  date: string;
}

export function parseView(query: string): View {
  const words = new URLSearchParams(query);
  const [lat, lon] = numbers(words.get("c"), 2, [90, 180]);
  const [zoom] = numbers(words.get("z"), 1, [24]);
  const [east] = numbers(words.get("e"), 1, [1e7]);
  const [north] = numbers(words.get("n"), 1, [1e8]);
  const date = words.get("date") ?? "";
  const both = lon !== undefined && lat !== undefined;
  const place = east !== undefined && north !== undefined;
  return {
    ...(both ? { lon, lat } : {}),
    ...(zoom !== undefined ? { zoom } : {}),
    ...(place ? { east, north } : {}),
    on: names(words.get("on")),
    off: names(words.get("off")),
    date: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : "",
  };
}

/** Writes the view as a query, in a fixed order, without what goes without saying. */
export function formatView(v: View): string {
  const words: string[] = [];
  if (v.lat !== undefined && v.lon !== undefined) words.push(`c=${v.lat.toFixed(5)},${v.lon.toFixed(5)}`);
  if (v.zoom !== undefined) words.push(`z=${round(v.zoom, 2)}`);
  if (v.east !== undefined && v.north !== undefined) words.push(`e=${round(v.east, 1)}`, `n=${round(v.north, 1)}`);
  if (v.on.length > 0) words.push(`on=${v.on.join(",")}`);
  if (v.off.length > 0) words.push(`off=${v.off.join(",")}`);
  if (v.date !== "") words.push(`date=${v.date}`);
  return words.length > 0 ? `?${words.join("&")}` : "";
}

function round(n: number, digits: number): string {
  return String(Number(n.toFixed(digits)));
}

/** Reads so many numbers, none larger than its limit; nothing when one is wrong. */
function numbers(text: string | null, count: number, limits: number[]): number[] {
  const parts = (text ?? "").split(",");
  if (text === null || parts.length !== count) return [];
  const list = parts.map((part) => (/^-?\d+(\.\d+)?$/.test(part) ? Number(part) : NaN));
  return list.every((n, i) => Math.abs(n) <= (limits[i] ?? 0)) ? list : [];
}

function names(text: string | null): string[] {
  const list = (text ?? "").split(",").filter((name) => /^[a-z][a-z0-9_]{0,62}$/.test(name));
  return [...new Set(list)].slice(0, 200);
}
