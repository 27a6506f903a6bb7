// Takes one to the errors of a form: to the summary when the page comes, to the
// field when one follows a link.

export function focusErrors(root: HTMLElement): void {
  const summary = root.querySelector<HTMLElement>("[data-error-summary]");
  if (!summary || summary.dataset.errorSummary === "quiet") return;
  summary.focus({ preventScroll: false });
  summary.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    openAround(field);
    (labelOf(field) ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}

function labelOf(field: HTMLElement): Element | null {
  return field.closest("fieldset")?.querySelector("legend") ?? document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
}

function openAround(field: HTMLElement): void {
  for (let box = field.closest("details"); box; box = box.parentElement?.closest("details") ?? null) box.open = true;
}
