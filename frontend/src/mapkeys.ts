// The map by keyboard: arrow keys move a crosshair, and the map follows it when it
// comes near an edge.
export type Action = { kind: "move"; dx: number; dy: number } | { kind: "zoom"; by: number } | { kind: "ask" } | { kind: "middle" } | { kind: "leave" };

export interface Spot {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Pixels that one press moves the crosshair; with Shift, for exact work. */
export const step = 32;
export const fineStep = 4;

/** What a key does; undefined for keys that are not the map's. */
export function actionOf(key: string, shift = false): Action | undefined {
  const by = shift ? fineStep : step;
  switch (key) {
    case "ArrowLeft":
      return { kind: "move", dx: -by, dy: 0 };
    case "ArrowRight":
      return { kind: "move", dx: by, dy: 0 };
    case "ArrowUp":
      return { kind: "move", dx: 0, dy: -by };
    case "ArrowDown":
      return { kind: "move", dx: 0, dy: by };
    case "+":
    case "=":
      return { kind: "zoom", by: 1 };
    case "-":
    case "_":
      return { kind: "zoom", by: -1 };
    case "Enter":
    case " ":
      return { kind: "ask" };
    case "Home":
      return { kind: "middle" };
    case "Escape":
      return { kind: "leave" };
    default:
      return undefined;
  }
}

/** Where the crosshair goes, and how far the map must be moved under it. */
export function moved(at: Spot, dx: number, dy: number, size: Size): { at: Spot; pan: Spot } {
  const [x, panX] = along(at.x + dx, size.width);
  const [y, panY] = along(at.y + dy, size.height);
  return { at: { x, y }, pan: { x: panX, y: panY } };
}

/** Keeps a coordinate off the outer sixth of the map; what is over moves the map. */
function along(to: number, length: number): [number, number] {
  const margin = length / 6;
  const kept = Math.min(Math.max(to, margin), length - margin);
  return [kept, to - kept];
}
