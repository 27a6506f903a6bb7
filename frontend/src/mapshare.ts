// Sharing: an address that shows the same map to somebody else.
import { textOf, type Config } from "./mapconfig";

export class Share {
  constructor(root: HTMLElement, address: () => string, config: Config, say: (text: string) => void) {
    const field = root.querySelector<HTMLInputElement>("[data-share-field]");
    const copy = root.querySelector<HTMLElement>("[data-share-copy]");
    const send = root.querySelector<HTMLElement>("[data-share-send]");
    const show = (): void => {
      if (field) field.value = address();
    };
    root.querySelector("[data-open=share]")?.addEventListener("click", show);
    field?.addEventListener("focus", () => {
      show();
      field.select();
    });
    copy?.addEventListener("click", () => {
      show();
      navigator.clipboard?.writeText(address()).then(
        () => say(textOf(config, "copied")),
        () => this.choose(field, say, config),
      ) ?? this.choose(field, say, config);
    });
    if (send && typeof navigator.share === "function") {
      send.hidden = false;
      send.addEventListener("click", () => void navigator.share({ title: document.title, url: address() }).catch(() => undefined));
    }
  }

  /** Where the clipboard is closed to scripts, the address is there to be copied. */
  private choose(field: HTMLInputElement | null, say: (text: string) => void, config: Config): void {
    field?.select();
    say(textOf(config, "copy_yourself"));
  }
}
