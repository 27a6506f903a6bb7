// Sends one file in parts, each after the last, and goes on where it stopped when
// the line or the page broke off. It knows neither the page nor the network, so
// that it can be tested with a server and a clock of its own.

/** What the server said. */
export type Answer =
  | { kind: "at"; offset: number; upload?: string; part?: number } // there is so much of it
  | { kind: "gone" } // there is no such upload
  | { kind: "later"; seconds?: number } // no network, or the server cannot just now
  | { kind: "refused"; words: string }; // and will not

export interface Line {
  create(): Promise<Answer>;
  ask(upload: string): Promise<Answer>;
  append(upload: string, from: number, to: number): Promise<Answer>;
}

export interface Memory {
  get(): string | null;
  set(upload: string): void;
  clear(): void;
}

export interface Ports {
  line: Line;
  memory: Memory;
  wait(milliseconds: number): Promise<void>;
  progress(bytes: number): void;
}

/** The server's words about a file that it does not take; "" when there were none. */
export class Refused extends Error {}

const firstWait = 1000;
const lastWait = 30_000;
const tries = 10; // in a row, some three minutes
const firstPart = 1 << 18;

/** Sends the file and returns the upload's address. */
export async function sendParts(size: number, ports: Ports): Promise<string> {
  for (let round = 0; round < 3; round++) {
    const upload = await begin(ports);
    if (await rest(upload.address, upload.offset, size, upload.part, ports)) return upload.address;
    ports.memory.clear(); // it ran out while we sent: once more from the start
  }
  throw new Refused("");
}

interface Begun {
  address: string;
  offset: number;
  part: number;
}

/** Finds the upload that was begun before, or begins one. */
async function begin(ports: Ports): Promise<Begun> {
  const known = ports.memory.get();
  if (known) {
    const answer = await persist(() => ports.line.ask(known), ports);
    if (answer.kind === "at") return { address: known, offset: answer.offset, part: answer.part ?? firstPart };
    ports.memory.clear();
  }
  const answer = await persist(() => ports.line.create(), ports);
  if (answer.kind !== "at" || !answer.upload) throw new Refused("");
  ports.memory.set(answer.upload);
  return { address: answer.upload, offset: answer.offset, part: answer.part ?? firstPart };
}

/** Sends what is missing; false when the upload is gone. */
async function rest(upload: string, offset: number, size: number, most: number, ports: Ports): Promise<boolean> {
  let part = Math.min(firstPart, most);
  let still = 0;
  ports.progress(offset);
  while (offset < size) {
    const from = offset;
    const answer = await persist(() => ports.line.append(upload, from, Math.min(from + part, size)), ports, () => {
      part = firstPart; // a bad line loses less of a small part
    });
    if (answer.kind !== "at") return false;
    still = answer.offset === offset ? still + 1 : 0;
    if (still === tries) throw new Refused("");
    offset = answer.offset;
    part = Math.min(part * 2, most);
    ports.progress(offset);
  }
  return true;
}

/** Asks until there is an answer that time does not change. */
async function persist(ask: () => Promise<Answer>, ports: Ports, failed?: () => void): Promise<Exclude<Answer, { kind: "later" | "refused" }>> {
  let wait = firstWait;
  for (let i = 0; i < tries; i++) {
    const answer = await ask().catch((): Answer => ({ kind: "later" }));
    if (answer.kind === "refused") {
      ports.memory.clear();
      throw new Refused(answer.words);
    }
    if (answer.kind !== "later") return answer;
    failed?.();
    await ports.wait(Math.max(wait, (answer.seconds ?? 0) * 1000));
    wait = Math.min(wait * 2, lastWait);
  }
  throw new Refused("");
}

/** A number that tells files apart without telling what they are called. */
export function fingerprint(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
    b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

/** What an answer of the server means. */
export async function answerOf(response: Pick<Response, "status" | "redirected" | "headers" | "text">): Promise<Answer> {
  const offset = response.headers.get("Upload-Offset");
  if (response.redirected) return { kind: "refused", words: "" }; // the log-in page
  if ((response.status < 300 || response.status === 409) && offset !== null) {
    const upload = response.headers.get("Location");
    const part = Number(response.headers.get("Upload-Part") ?? 0);
    return { kind: "at", offset: Number(offset), ...(upload ? { upload } : {}), ...(part > 0 ? { part } : {}) };
  }
  if (response.status === 404) return { kind: "gone" };
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    const seconds = Number(response.headers.get("Retry-After") ?? 0);
    return { kind: "later", ...(seconds > 0 ? { seconds } : {}) };
  }
  return { kind: "refused", words: await response.text() };
}
