// What the server tells the script of the map page.
export interface Config {
  style: string;
  worker: string;
  /** The answer to "what is here", as a piece of a page. */
  here: string;
  places: string;
  cases: string;
  /** Features of a layer: /geo/collections/{layer}/items. */
  items: string;
  /** What is seen at first, and the whole municipality: west, south, east, north. */
  bounds: [number, number, number, number];
  area: [number, number, number, number];
  /** Origin of the outside base map, "" without one, and whether its tiles may be kept. */
  background: string;
  keepBackground: boolean;
  texts: Record<string, string>;
}

/** A text of the page, with numbers put in. */
export function textOf(c: Config, name: string, ...args: (string | number)[]): string {
  let text = c.texts[name] ?? "";
  for (const arg of args) text = text.replace(/%[ds]/, String(arg));
  return text;
}
