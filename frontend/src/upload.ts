// Sends forms with data-upload so that one sees how far the files have come.
// The answer is the page that the server would have shown anyway.
import { enhance } from "./enhance";
import { unlock } from "./guard";

export function startUpload(): void {
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "file") refuseTooLarge(event.target);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !("upload" in form.dataset) || !hasFiles(form)) return;
    event.preventDefault();
    form.dataset.uploading = "yes";
    send(form, event.submitter);
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

function send(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const request = new XMLHttpRequest();
  const url = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  request.open("POST", url || location.href);
  request.setRequestHeader("Accept", "text/html");
  request.responseType = "document";
  request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(form, event.loaded / event.total));
  request.addEventListener("load", () => arrived(form, request));
  request.addEventListener("error", () => failed(form));
  request.addEventListener("abort", () => failed(form));
  request.send(submitter ? new FormData(form, submitter) : new FormData(form));
}

function arrived(form: HTMLFormElement, request: XMLHttpRequest): void {
  const page = request.responseXML;
  if (!page?.body || request.status >= 500) return failed(form);
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

function failed(form: HTMLFormElement): void {
  delete form.dataset.uploading;
  unlock(form);
  report(form, textPlace(form)?.dataset.failed ?? "");
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
