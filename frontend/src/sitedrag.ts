// Where a building on a drawn map is moved to. It knows neither the page nor the
// network, so that it can be tested.

/** The ground that the picture shows: west, south, east, north, in metres. */
export type Box = [number, number, number, number];

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

/** How many metres east and north so many units of the picture are. */
export function metres(box: Box, width: number, height: number, right: number, down: number): [number, number] {
  return [(right * (box[2] - box[0])) / width, (-down * (box[3] - box[1])) / height];
}

/** A number as somebody in Norway types it; NaN when it is none. */
export function read(text: string): number {
  const plain = text.replace(/[\s\u00a0]/g, "").replace(",", ".");
  return plain === "" ? Number.NaN : Number(plain);
}

/** A number as it is typed, in centimetres. */
export function write(n: number, comma: boolean): string {
  const text = String(Math.round(n * 100) / 100);
  return comma ? text.replace(".", ",") : text;
}

/** What a key does with a building that is selected: the value of a button. */
export function keyed(key: string, shift: boolean): string | undefined {
  switch (key) {
    case "ArrowUp":
      return "north";
    case "ArrowDown":
      return "south";
    case "ArrowLeft":
      return "west";
    case "ArrowRight":
      return "east";
    case "r":
    case "R":
      return shift ? "left" : "right";
  }
  return undefined;
}
