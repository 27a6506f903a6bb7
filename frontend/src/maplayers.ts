// Which layers are drawn. The list of layers is a form of the page; the style says
// in its metadata which layer of the map each of its own layers draws.
export interface Choice {
  name: string;
  /** Whether it is drawn until somebody turns it off. */
  first: boolean;
  shown: boolean;
}

const key = "torg:layer";

interface Styled {
  id: string;
  metadata?: unknown;
}

/** What a style that can be changed must be able to do. */
export interface Canvas {
  getStyle(): { layers: Styled[] };
  setLayoutProperty(layer: string, name: string, value: string): unknown;
}

/** The layer of the map that a layer of the style draws, "" for none. */
export function drawnBy(layer: Styled): string {
  const about = layer.metadata;
  if (typeof about !== "object" || about === null) return "";
  const name = (about as Record<string, unknown>)[key];
  return typeof name === "string" ? name : "";
}

/** Shows and hides the layers of the style as chosen; hidden names are hidden whatever
 * was chosen. */
export function paint(canvas: Canvas, choices: Choice[], hidden: string[] = []): void {
  const shown = new Map(choices.map((c) => [c.name, c.shown && !hidden.includes(c.name)]));
  for (const layer of canvas.getStyle().layers) {
    const on = shown.get(drawnBy(layer));
    if (on !== undefined) canvas.setLayoutProperty(layer.id, "visibility", on ? "visible" : "none");
  }
}

/** The words of the address: what differs from how the map is at first. */
export function differences(choices: Choice[]): { on: string[]; off: string[] } {
  return {
    on: choices.filter((c) => c.shown && !c.first).map((c) => c.name),
    off: choices.filter((c) => !c.shown && c.first).map((c) => c.name),
  };
}

/** Whose data is on the map just now, each named once. */
export function credits(choices: Choice[], attribution: (name: string) => string): string[] {
  const list = choices.filter((c) => c.shown).map((c) => attribution(c.name));
  return [...new Set(list.filter((text) => text !== ""))];
}
