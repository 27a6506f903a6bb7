// Saves forms with data-autosave while one writes, and says so.
import { once } from "./enhance";
import { unlock } from "./guard";
import { post, textFields } from "./post";
import { type Outcome, Saver, type State } from "./saver";

export function enhanceAutosave(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
    if (once(form, "autosave")) start(form);
  }
}

function start(form: HTMLFormElement): void {
  const saver = new Saver({
    send: () => send(form),
    show: (state) => show(form, state),
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  form.addEventListener("input", () => saver.changed());
  form.addEventListener("change", () => saver.changed());
  form.addEventListener("submit", (event) => {
    if (!saver.busy) return saver.stop();
    // A save is under way: the form must carry the version that it makes, or the
    // server would take the person for two.
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    void saver.idle().then(() => {
      unlock(form); // the guard has counted the press that was held back
      form.requestSubmit(submitter);
    });
  }, { capture: true });
  addEventListener("pageshow", () => saver.resume());
  addEventListener("online", () => saver.flush());
  addEventListener("offline", () => saver.unsaved && show(form, "offline"));
  addEventListener("beforeunload", (event) => {
    if (saver.unsaved && form.isConnected) event.preventDefault();
  });
}

async function send(form: HTMLFormElement): Promise<Outcome> {
  if (!navigator.onLine) return "offline";
  const response = await post(form.dataset.autosave ?? "", textFields(form));
  keepVersion(form, response.headers.get("X-Draft-Version"));
  return outcomeOf(response);
}

/** What was just saved is the version that the next save goes on from. */
function keepVersion(form: HTMLFormElement, version: string | null): void {
  const field = form.elements.namedItem("version");
  if (version && field instanceof HTMLInputElement) field.value = version;
}

/** What an answer means: a log-in page in place of an answer is a refusal. */
export function outcomeOf(response: Pick<Response, "ok" | "status" | "redirected">): Outcome {
  if (response.redirected) return "refused";
  if (response.ok) return "saved";
  return response.status >= 500 || response.status === 429 || response.status === 408 ? "retry" : "refused";
}

function show(form: HTMLFormElement, state: State): void {
  const place = form.querySelector<HTMLElement>("[data-autosave-state]");
  if (!place) return;
  place.dataset.state = state;
  const text = place.dataset[state] ?? "";
  place.textContent = text.replace("%s", clockTime(new Date(), document.documentElement.lang));
}

/** The time of day as Norwegian and English write it. */
export function clockTime(at: Date, lang: string): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return two(at.getHours()) + (lang === "en" ? ":" : ".") + two(at.getMinutes());
}
