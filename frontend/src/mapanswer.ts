// The answer to "what is here": a piece of a page that the server makes in the
// reader's language, the same as it shows without scripts.
import type { Config } from "./mapconfig";
import type { Panel } from "./mappanel";

/** A place, by the web map's position or in metres of the municipality's system. */
export interface Asked {
  lon?: number;
  lat?: number;
  east?: number;
  north?: number;
}

export interface Answer {
  lon: number;
  lat: number;
  east: number;
  north: number;
  /** The boundary of the property as GeoJSON, "" without one. */
  outline: string;
  /** What is spoken. */
  summary: string;
}

/** The address of the answer for a place. */
export function addressOf(here: string, at: Asked): string {
  if (at.east !== undefined && at.north !== undefined) return `${here}?e=${at.east}&n=${at.north}`;
  return `${here}?lon=${(at.lon ?? 0).toFixed(7)}&lat=${(at.lat ?? 0).toFixed(7)}`;
}

/** Reads what an answer says of itself; undefined when it is none. */
export function answerOf(data: Record<string, string | undefined>): Answer | undefined {
  const [lon, lat, east, north] = [data["lon"], data["lat"], data["east"], data["north"]].map((text) => (text ? Number(text) : NaN));
  if (![lon, lat, east, north].every(Number.isFinite)) return undefined;
  return { lon: lon ?? 0, lat: lat ?? 0, east: east ?? 0, north: north ?? 0, outline: data["outline"] ?? "", summary: data["summary"] ?? "" };
}

export class Answers {
  outline = "";
  private running: AbortController | undefined;

  constructor(
    private readonly config: Config,
    private readonly panel: Panel,
  ) {}

  /** The answer that came with the page, if it was asked for in its address. */
  given(): Answer | undefined {
    const answer = this.read(this.panel.section("answer"));
    if (answer) this.panel.open("answer");
    return answer;
  }

  /** The answer, undefined when there is none, and null when another place was asked about meanwhile. */
  async ask(at: Asked, focus: boolean, opener: HTMLElement): Promise<Answer | undefined | null> {
    this.running?.abort();
    const run = (this.running = new AbortController());
    const section = this.panel.section("answer");
    const body = section?.querySelector<HTMLElement>("[data-answer-body]");
    if (!body) return undefined;
    body.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(addressOf(this.config.here, at), { headers: { "X-Requested-With": "fetch" }, signal: run.signal });
      if (!reply.ok) return undefined;
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      body.replaceChildren(...page.body.childNodes);
      this.panel.open("answer", opener, focus);
      return this.read(section);
    } catch {
      return run.signal.aborted ? null : undefined;
    } finally {
      if (this.running === run) body.removeAttribute("aria-busy");
    }
  }

  private read(section: HTMLElement | undefined): Answer | undefined {
    const found = section?.querySelector<HTMLElement>("[data-answer]");
    const answer = found ? answerOf(found.dataset) : undefined;
    this.outline = answer?.outline ?? "";
    return answer;
  }
}
