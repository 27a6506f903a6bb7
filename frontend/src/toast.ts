// Short messages in the corner, spoken by screen readers. They stay until they
// are closed, so nobody has to be quick.

export type Kind = "info" | "success" | "warning" | "danger";

export function startToasts(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-dismiss]") : null;
    button?.closest(".t-toast")?.remove();
  });
}

/** Shows a message; the same key replaces an earlier one. */
export function toast(kind: Kind, text: string, key: string): void {
  const place = document.getElementById("t-toasts");
  if (!place) return;
  dismiss(key);
  const box = document.createElement("div");
  box.className = "t-toast";
  box.dataset.color = kind;
  box.dataset.key = key;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "ds-button";
  close.dataset.variant = "tertiary";
  close.dataset.dismiss = "";
  close.textContent = document.getElementById("t-texts")?.dataset.close ?? "×";
  box.append(words, close);
  place.append(box);
}

export function dismiss(key: string): void {
  document.querySelector(`.t-toast[data-key="${CSS.escape(key)}"]`)?.remove();
}
