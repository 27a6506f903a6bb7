// Stops a form from being sent twice by an impatient press.

export function startGuard(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("guard" in form.dataset)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    // A button that is disabled before the form is read would lose its value.
    setTimeout(() => event.defaultPrevented && !form.dataset.uploading ? unlock(form) : lock(form), 0);
  }, true);
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) unlock(form);
  });
}

function lock(form: HTMLFormElement): void {
  for (const button of buttons(form)) button.setAttribute("aria-disabled", "true");
}

/** Lets a form be sent again, when sending it failed. */
export function unlock(form: HTMLFormElement): void {
  delete form.dataset.sent;
  for (const button of buttons(form)) button.removeAttribute("aria-disabled");
}

function buttons(form: HTMLFormElement): Iterable<HTMLElement> {
  return form.querySelectorAll<HTMLElement>('button[type="submit"]');
}
