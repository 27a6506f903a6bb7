// The panel beside the map, a sheet at the bottom of a phone: one section at a time,
// opened by the map's buttons or by an answer.
export class Panel {
  private opener: HTMLElement | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly panel: HTMLElement,
    private readonly changed: () => void,
  ) {
    for (const button of this.buttons()) {
      button.addEventListener("click", () => this.toggle(button.dataset.open ?? "", button));
    }
    panel.addEventListener("click", (e) => {
      if (!(e.target instanceof Element)) return;
      if (e.target.closest("[data-close]")) this.close(true);
      if (e.target.closest("[data-grow]")) this.grow();
    });
    panel.addEventListener("keydown", (e) => {
      if (e.key === "Escape") this.close(true);
    });
    this.close(false);
  }

  private buttons(): HTMLElement[] {
    return Array.from(this.root.querySelectorAll<HTMLElement>("[data-open]"));
  }

  private sections(): HTMLElement[] {
    return Array.from(this.panel.querySelectorAll<HTMLElement>("[data-panel]"));
  }

  /** The name of the open section, "" when the panel is closed. */
  get current(): string {
    return this.panel.hidden ? "" : (this.sections().find((s) => !s.hidden)?.dataset.panel ?? "");
  }

  section(name: string): HTMLElement | undefined {
    return this.sections().find((s) => s.dataset.panel === name);
  }

  toggle(name: string, opener?: HTMLElement): void {
    if (this.current === name) this.close(true);
    else this.open(name, opener, true);
  }

  /** Shows a section; with focus, its heading is read. */
  open(name: string, opener?: HTMLElement, focus = false): void {
    if (opener) this.opener = opener;
    for (const section of this.sections()) section.hidden = section.dataset.panel !== name;
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
    this.mark();
    if (focus) this.section(name)?.querySelector<HTMLElement>("h2")?.focus();
  }

  close(back: boolean): void {
    this.panel.hidden = true;
    this.mark();
    if (back) this.opener?.focus();
  }

  private grow(): void {
    const large = this.panel.dataset.size === "large";
    this.panel.dataset.size = large ? "" : "large";
    for (const b of this.panel.querySelectorAll("[data-grow]")) b.setAttribute("aria-expanded", String(!large));
    this.changed();
  }

  private mark(): void {
    const current = this.current;
    for (const button of this.buttons()) button.setAttribute("aria-expanded", String(button.dataset.open === current));
    this.root.dataset.panelOpen = current;
    this.changed();
  }
}
