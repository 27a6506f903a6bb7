// Sends forms with data-upload so that one sees how far the files have come.
// The answer is the page that the server would have shown anyway. In a form with
// data-upload-parts the files go before the form, in parts: what has come stays,
// also when the line breaks or the page is closed.
import { enhance } from "./enhance";
import { unlock } from "./guard";
import { answerOf, fingerprint, Refused, sendParts } from "./parts";
import { post } from "./post";

export function startUpload(): void {
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "file") refuseTooLarge(event.target);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !("upload" in form.dataset) || !hasFiles(form)) return;
    event.preventDefault();
    form.dataset.uploading = "yes";
    if (form.dataset.uploadParts) void sendFiles(form, form.dataset.uploadParts, event.submitter);
    else send(form, event.submitter);
  });
}

function hasFiles(form: HTMLFormElement): boolean {
  return [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')].some((input) => (input.files?.length ?? 0) > 0);
}

function refuseTooLarge(input: HTMLInputElement): void {
  const limit = Number(input.dataset.maxBytes ?? 0);
  const tooLarge = limit > 0 ? [...(input.files ?? [])].find((file) => file.size > limit) : undefined;
  if (!tooLarge) return;
  input.value = "";
  report(input.form, (input.dataset.tooLarge ?? "").replace("%s", tooLarge.name));
}

/** Sends the form's files in parts, and then the form, which names them. */
async function sendFiles(form: HTMLFormElement, url: string, submitter: HTMLElement | null): Promise<void> {
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')];
  const all = inputs.flatMap((input) => [...(input.files ?? [])].map((file) => ({ input, file })));
  const total = all.reduce((sum, { file }) => sum + file.size, 0);
  const done: [HTMLInputElement, Sent][] = [];
  let before = 0;
  try {
    for (const { input, file } of all) {
      const sent = await sendFile(form, url, input, file, (bytes) => progress(form, total > 0 ? (before + bytes) / total : 1));
      done.push([input, sent]);
      before += file.size;
    }
  } catch (error) {
    return failed(form, error instanceof Refused ? error.message : "");
  }
  for (const [input, sent] of done) name(form, input, sent.address);
  for (const input of inputs) input.value = "";
  send(form, submitter, () => done.forEach(([, sent]) => sent.forget()));
}

/** An upload that is whole, and how to forget it when the form has been taken. */
interface Sent {
  address: string;
  forget(): void;
}

/** Has the form name an upload: field/id. */
function name(form: HTMLFormElement, input: HTMLInputElement, upload: string): void {
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "upload";
  hidden.value = `${input.name}/${upload.slice(upload.lastIndexOf("/") + 1)}`;
  form.append(hidden);
}

async function sendFile(form: HTMLFormElement, url: string, input: HTMLInputElement, file: File, progress: (bytes: number) => void): Promise<Sent> {
  const remove = form.elements.namedItem(`remove_position.${input.name}`);
  const keep = remove instanceof HTMLInputElement && !remove.checked;
  const key = `torg-upload-${fingerprint([url, input.name, file.name, file.size, file.lastModified, keep].join("|"))}`;
  const header = { Accept: "text/plain", "X-Requested-With": "fetch" };
  const ask = async (to: string, init: RequestInit): Promise<Response> => fetch(to, { credentials: "same-origin", ...init });
  const memory = remembered(key);
  const address = await sendParts(file.size, {
    line: {
      create: async () =>
        answerOf(await post(url, [["field", input.name], ["name", file.name], ["type", file.type], ["size", String(file.size)], ["keep_position", String(keep)]])),
      ask: async (address) => answerOf(await ask(address, { method: "HEAD", headers: header })),
      append: async (address, from, to) =>
        answerOf(await ask(address, {
          method: "PATCH",
          headers: { ...header, "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" },
          body: file.slice(from, to),
        })),
    },
    memory,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    progress,
  });
  return { address, forget: () => memory.clear() };
}

/** The browser's memory, which may be full or forbidden: then nothing is remembered. */
function remembered(key: string): { get(): string | null; set(upload: string): void; clear(): void } {
  const attempt = <T>(use: () => T, otherwise: T): T => {
    try {
      return use();
    } catch {
      return otherwise;
    }
  };
  return {
    get: () => attempt(() => localStorage.getItem(key), null),
    set: (upload) => attempt(() => localStorage.setItem(key, upload), undefined),
    clear: () => attempt(() => localStorage.removeItem(key), undefined),
  };
}

function send(form: HTMLFormElement, submitter: HTMLElement | null, taken?: () => void): void {
  const request = new XMLHttpRequest();
  const url = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  request.open("POST", url || location.href);
  request.setRequestHeader("Accept", "text/html");
  request.responseType = "document";
  request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(form, event.loaded / event.total));
  request.addEventListener("load", () => arrived(form, request, taken));
  request.addEventListener("error", () => failed(form));
  request.addEventListener("abort", () => failed(form));
  request.send(submitter ? new FormData(form, submitter) : new FormData(form));
}

function arrived(form: HTMLFormElement, request: XMLHttpRequest, taken?: () => void): void {
  const page = request.responseXML;
  if (!page?.body || request.status >= 500) return failed(form);
  taken?.();
  history.replaceState(null, "", request.responseURL);
  document.title = page.title;
  document.body.replaceWith(page.body);
  enhance(document.body);
  if (!document.querySelector("[data-error-summary]")) document.getElementById("main")?.focus();
}

function progress(form: HTMLFormElement, part: number): void {
  const percent = Math.round(part * 100);
  const text = textPlace(form);
  report(form, (text?.dataset.sending ?? "").replace("%d", String(percent)));
  const bar = form.querySelector<HTMLProgressElement>("[data-upload-progress] progress");
  if (bar) bar.value = percent;
}

function failed(form: HTMLFormElement, words = ""): void {
  delete form.dataset.uploading;
  unlock(form);
  report(form, words || (textPlace(form)?.dataset.failed ?? ""));
}

function report(form: HTMLFormElement | null, words: string): void {
  const text = form && textPlace(form);
  if (!text) return;
  text.closest<HTMLElement>("[data-upload-progress]")?.removeAttribute("hidden");
  text.textContent = words;
}

function textPlace(form: HTMLFormElement): HTMLElement | null {
  return form.querySelector<HTMLElement>("[data-upload-text]");
}
