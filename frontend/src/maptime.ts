// Plans as they went on another day. Tiles show what goes today; the plans of a day
// are asked for as features (OGC API – Features, datetime).
import type { FeatureCollection } from "geojson";

export const timed = ["plans", "plan_zones", "plan_cautions"];

const pageSize = 1000;
const mostPages = 20;

/** The address of the features of a layer on a day, in a box if there is one. */
export function addressOf(items: string, layer: string, day: string, box?: [number, number, number, number]): string {
  const words = new URLSearchParams({ f: "json", datetime: day + "T12:00:00Z", limit: String(pageSize) });
  if (box) words.set("bbox", box.map((n) => n.toFixed(6)).join(","));
  return `${items.replace("{layer}", layer)}?${words.toString()}`;
}

/** The next page's address, on our own host only; "" on the last one. */
export function nextOf(answer: unknown, origin: string): string {
  const links = (answer as { links?: { rel?: string; href?: string }[] } | null)?.links;
  const href = Array.isArray(links) ? links.find((l) => l?.rel === "next")?.href : undefined;
  if (!href) return "";
  try {
    const url = new URL(href, origin);
    return origin + url.pathname + url.search;
  } catch {
    return "";
  }
}

/** Fetches all features of a layer on a day. */
export async function featuresOf(url: string, origin: string, signal: AbortSignal): Promise<FeatureCollection> {
  const all: FeatureCollection = { type: "FeatureCollection", features: [] };
  for (let next = url, page = 0; next !== "" && page < mostPages; page++) {
    const answer = await fetch(next, { headers: { Accept: "application/geo+json" }, signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const part = (await answer.json()) as FeatureCollection;
    all.features.push(...part.features);
    next = nextOf(part, origin);
  }
  return all;
}
