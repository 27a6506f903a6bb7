// When to save a form that is being written: a while after the last change, one
// request at a time, again and again while it fails. It knows neither the page
// nor the network, so that it can be tested with a clock of its own.

export type Outcome = "saved" | "retry" | "refused" | "offline";
export type State = "idle" | "saving" | Outcome;

export interface Ports {
  send(): Promise<Outcome>;
  show(state: State): void;
  /** Calls back later; the function it returns calls it off. */
  after(milliseconds: number, call: () => void): () => void;
}

const pause = 800;
const firstRetry = 2000;
const lastRetry = 60_000;

export class Saver {
  private dirty = false;
  private running: Promise<void> | undefined;
  private stopped = false;
  private wait = firstRetry;
  private cancel: () => void = () => {};

  constructor(private readonly ports: Ports) {}

  /** Something was written. */
  changed(): void {
    if (this.stopped) return;
    this.dirty = true;
    this.schedule(pause);
  }

  /** Saves at once what is not saved; for when the network comes back. */
  flush(): void {
    if (this.dirty && !this.stopped) void this.save();
  }

  /** Nothing more is saved: the form itself is being sent. */
  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  /** Saving may go on: the form was not sent after all. */
  resume(): void {
    this.stopped = false;
    if (this.dirty) this.schedule(pause);
  }

  /** A save is under way. */
  get busy(): boolean {
    return this.running !== undefined;
  }

  /** Resolves when no save is under way, however it ended. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** There is something that would be lost. */
  get unsaved(): boolean {
    return !this.stopped && (this.dirty || this.busy);
  }

  private schedule(milliseconds: number): void {
    this.cancel();
    this.cancel = this.ports.after(milliseconds, () => void this.save());
  }

  private async save(): Promise<void> {
    if (this.busy) return; // what changed meanwhile is saved when this is done
    this.cancel();
    this.dirty = false;
    this.ports.show("saving");
    const sending = this.ports.send().catch((): Outcome => "retry");
    this.running = sending.then(() => undefined);
    const outcome = await sending;
    this.running = undefined;
    if (!this.stopped) this.settle(outcome);
  }

  private settle(outcome: Outcome): void {
    this.ports.show(outcome);
    switch (outcome) {
      case "saved":
        this.wait = firstRetry;
        if (this.dirty) this.schedule(pause);
        return;
      case "refused":
        this.dirty = true; // leaving the page still warns
        return;
      default:
        this.dirty = true;
        this.schedule(this.wait);
        this.wait = Math.min(this.wait * 2, lastRetry);
    }
  }
}
