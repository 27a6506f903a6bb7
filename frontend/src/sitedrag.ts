// Where a building on a drawn map is moved to. It knows neither the page nor the
// network, so that it can be tested.

/** The ground that the picture shows: west, south, east, north, in metres. */
export type Box = [number, number, number, number];

/** How far the building is moved, in metres, and turned with the clock, in degrees. */
export interface Move {
  east: number;
  north: number;
  turn: number;
}

export const still: Readonly<Move> = { east: 0, north: 0, turn: 0 };

export function plus(a: Move, b: Move): Move {
  return { east: exact(a.east + b.east), north: exact(a.north + b.north), turn: exact(a.turn + b.turn) };
}

export function minus(a: Move, b: Move): Move {
  return plus(a, { east: -b.east, north: -b.north, turn: -b.turn });
}

export function isStill(m: Move): boolean {
  return m.east === 0 && m.north === 0 && m.turn === 0;
}

/** Steps of a tenth stay tenths, however many there are. */
function exact(n: number): number {
  return Math.round(n * 1e6) / 1e6 || 0;
}

export function boxOf(text: string | undefined): Box | undefined {
  try {
    const list: unknown = JSON.parse(text ?? "");
    if (!Array.isArray(list) || list.length !== 4 || !list.every((n) => typeof n === "number" && Number.isFinite(n))) return undefined;
    const box = list as Box;
    return box[2] > box[0] && box[3] > box[1] ? box : undefined;
  } catch {
    return undefined;
  }
}

/** How many units of the picture a metre is, to the right and down. */
export function scale(box: Box, width: number, height: number): [number, number] {
  return [width / (box[2] - box[0]), height / (box[3] - box[1])];
}

/** How many metres east and north so many units of the picture are, in centimetres. */
export function metres(box: Box, width: number, height: number, right: number, down: number): [number, number] {
  const [x, y] = scale(box, width, height);
  return [centimetres(right / x), centimetres(-down / y)];
}

function centimetres(n: number): number {
  return Math.round(n * 100) / 100 || 0;
}

/** How far the second point is turned with the clock from the first, seen from the middle, in whole degrees from -180 to 180. */
export function turned(middle: [number, number], from: [number, number], to: [number, number]): number {
  const angle = (p: [number, number]): number => (Math.atan2(p[1] - middle[1], p[0] - middle[0]) * 180) / Math.PI;
  const turn = Math.round(angle(to) - angle(from));
  return turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
}

/** A number as somebody in Norway types it; NaN when it is none. */
export function read(text: string): number {
  const plain = text.replace(/[\s\u00a0]/g, "").replace(",", ".");
  return plain === "" ? Number.NaN : Number(plain);
}

const fine = 0.1; // metres, with Shift
const turn = 5; // degrees, as the buttons
const fineTurn = 1;

/** What a key does with a building that is selected; the arrows move it so many metres. */
export function keyed(key: string, shift: boolean, step: number): Move | undefined {
  const by = shift ? fine : step;
  switch (key) {
    case "ArrowUp":
      return { ...still, north: by };
    case "ArrowDown":
      return { ...still, north: -by };
    case "ArrowLeft":
      return { ...still, east: -by };
    case "ArrowRight":
      return { ...still, east: by };
  }
  switch (key.toLowerCase()) {
    case "r":
      return { ...still, turn: shift ? -turn : turn };
    case "t":
      return { ...still, turn: shift ? -fineTurn : fineTurn };
  }
  return undefined;
}

/** What a button of the page does. */
export function pressed(button: string, step: number): Move | undefined {
  const key = { north: "ArrowUp", south: "ArrowDown", west: "ArrowLeft", east: "ArrowRight", right: "r", left: "r" }[button];
  return key === undefined ? undefined : keyed(key, button === "left", step);
}
