// "Where am I": asks the browser, and has words for every way in which it can fail.
export interface Position {
  lon: number;
  lat: number;
  /** Metres within which one is, by the device's own account. */
  accuracy: number;
}

/** Why there is no position: the words for it are in the page. */
export type Reason = "refused" | "unavailable" | "slow" | "unsupported" | "outside";

/** The reason behind a code of the Geolocation API. */
export function reasonOf(code: number): Reason {
  switch (code) {
    case 1:
      return "refused";
    case 3:
      return "slow";
    default:
      return "unavailable";
  }
}

/** Whether a position lies in a box of west, south, east, north. */
export function inside(p: Position, box: [number, number, number, number]): boolean {
  return p.lon >= box[0] && p.lat >= box[1] && p.lon <= box[2] && p.lat <= box[3];
}

/** Asks once for a position in a box; rejects with a Reason. */
export function locate(api: Geolocation | undefined, box: [number, number, number, number]): Promise<Position> {
  return new Promise((resolve, reject) => {
    if (!api) {
      reject(fail("unsupported"));
      return;
    }
    api.getCurrentPosition(
      ({ coords }) => {
        const p = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
        if (inside(p, box)) resolve(p);
        else reject(fail("outside"));
      },
      (e) => reject(fail(reasonOf(e.code))),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}

/** An error that carries the reason as its message. */
function fail(reason: Reason): Error {
  return new Error(reason);
}

/** The level of the web map at which the circle of uncertainty is well seen. */
export function zoomFor(accuracy: number): number {
  return Math.min(17, Math.max(12, 17 - Math.log2(Math.max(accuracy, 25) / 25)));
}
