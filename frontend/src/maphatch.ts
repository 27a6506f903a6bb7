// Patterns for areas, drawn when the style asks for one by its name: hatch-b3261e is
// slanted lines of that colour.
export interface Pattern {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

const side = 16;

/** Draws the pattern of a name; undefined when the name is none of ours. */
export function patternOf(name: string, ratio = 1): Pattern | undefined {
  const hex = /^hatch-([0-9a-f]{6})$/.exec(name)?.[1];
  if (hex === undefined) return undefined;
  const size = side * ratio;
  const data = new Uint8ClampedArray(size * size * 4);
  const rgb = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = 4 * (y * size + x);
      data.set(rgb, at);
      data[at + 3] = Math.round(255 * ink((x + y) % size, size, 1.1 * ratio));
    }
  }
  return { width: size, height: size, data };
}

/** How much of a pixel the line covers, with soft edges. It repeats without a seam. */
function ink(along: number, period: number, half: number): number {
  const away = Math.min(along, period - along) / Math.SQRT2;
  return Math.min(1, Math.max(0, half + 0.5 - away)) * 0.85;
}
