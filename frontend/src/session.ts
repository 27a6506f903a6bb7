// Warns two minutes before the log-in runs out and lets one stay logged in
// (WCAG 2.2.1). What happens in one tab counts in all of them.
import { localExpiry, minutesAndSeconds, phaseAt, untilNext } from "./countdown";
import { post, tokenFields } from "./post";

const channelName = "torg-session";

export function startSession(): void {
  const { sessionExpires, sessionNow, sessionExtend } = document.body.dataset;
  const dialog = document.getElementById("t-session");
  if (!sessionExpires || !sessionNow || !sessionExtend || !(dialog instanceof HTMLDialogElement)) return;
  new Watch(dialog, localExpiry(sessionExpires, sessionNow, Date.now()), sessionExtend).start();
}

class Watch {
  private readonly length: number;
  private readonly channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(channelName) : null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly dialog: HTMLDialogElement, private expires: number, private readonly url: string) {
    this.length = expires - Date.now();
  }

  start(): void {
    this.dialog.querySelector("[data-session-form]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.extend();
    });
    this.dialog.addEventListener("cancel", () => void this.extend());
    this.channel?.addEventListener("message", (event: MessageEvent<number>) => this.prolong(event.data));
    document.addEventListener("visibilitychange", () => this.tick());
    this.channel?.postMessage(this.expires);
    this.tick();
  }

  private tick(): void {
    clearTimeout(this.timer);
    const now = Date.now();
    const phase = phaseAt(now, this.expires);
    if (phase === "over") return this.over();
    if (phase === "warn") this.warn(this.expires - now);
    const wait = phase === "warn" ? 1000 : Math.min(untilNext(now, this.expires), 60_000);
    this.timer = setTimeout(() => this.tick(), wait);
  }

  private warn(left: number): void {
    if (!this.dialog.open) this.dialog.showModal();
    const place = this.dialog.querySelector<HTMLElement>("[data-session-left]");
    if (place) place.textContent = (place.dataset.template ?? "%s").replace("%s", minutesAndSeconds(left));
  }

  private over(): void {
    this.dialog.close();
    const over = document.getElementById("t-session-over");
    if (over instanceof HTMLDialogElement && !over.open) over.showModal();
  }

  private async extend(): Promise<void> {
    const response = await post(this.url, tokenFields()).catch(() => null);
    if (!response) return; // no network: the dialog stays, and one may try again
    if (!response.ok || response.redirected) {
      this.expires = 0;
      return this.tick();
    }
    this.prolong(await newExpiry(response, Date.now() + this.length));
    this.channel?.postMessage(this.expires);
  }

  private prolong(expires: number): void {
    if (expires <= this.expires) return;
    this.expires = expires;
    this.dialog.close();
    this.tick();
  }
}

/** The end that the server tells, by this machine's clock; else the usual length. */
async function newExpiry(response: Response, usual: number): Promise<number> {
  const told = (await response.json().catch(() => null)) as { expiresAt?: string } | null;
  const expires = localExpiry(told?.expiresAt ?? "", response.headers.get("Date") ?? "", Date.now());
  return expires > Date.now() ? expires : usual;
}
