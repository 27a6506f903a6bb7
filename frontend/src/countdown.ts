// The times of a log-in that runs out. Pure, to be tested.

export const warnBefore = 2 * 60_000;

export type Phase = "active" | "warn" | "over";

/** Where a session stands at an instant; all in milliseconds. */
export function phaseAt(now: number, expires: number): Phase {
  if (now >= expires) return "over";
  return expires - now <= warnBefore ? "warn" : "active";
}

/** How long until the phase changes. */
export function untilNext(now: number, expires: number): number {
  return phaseAt(now, expires) === "active" ? expires - warnBefore - now : Math.max(0, expires - now);
}

/** "1:05" */
export function minutesAndSeconds(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The expiry by this machine's clock, when the server's clock shows another time. */
export function localExpiry(expires: string, serverNow: string, now: number): number {
  return now + (Date.parse(expires) - Date.parse(serverNow));
}
