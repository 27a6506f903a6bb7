// What can be said of a spot from what is drawn there, without asking the server:
// spoken while the crosshair moves.
export interface Seen {
  layer: string;
  properties: Record<string, unknown>;
}

/** What tells a feature of each layer, those that say most of a place first. */
const telling: [string, string[]][] = [
  ["sites", ["name"]],
  ["properties", ["address", "number"]],
  ["roads", ["name"]],
  ["plan_zones", ["field"]],
  ["islands", ["name"]],
  ["trails", ["name"]],
  ["streams", ["name"]],
  ["bus_stops", ["name"]],
];

/** A few words on what is seen at a spot, "" when nothing there has a name. */
export function spotText(seen: Seen[], nothing: string): string {
  const words: string[] = [];
  for (const [layer, names] of telling) {
    for (const feature of seen.filter((f) => f.layer === layer)) {
      for (const name of names) {
        const value = feature.properties[name];
        if (typeof value === "string" && value !== "" && !words.includes(value)) words.push(value);
      }
    }
  }
  return words.length > 0 ? words.slice(0, 4).join(", ") : nothing;
}
