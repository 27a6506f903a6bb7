// Gives the elements of a page, or of a part that was fetched anew, what
// scripts add to them. It may be called again for the same elements.
import { enhanceAutosave } from "./autosave";
import { enhanceCounters } from "./counter";
import { focusErrors } from "./errors";
import { enhanceConditions } from "./forms";
import { enhanceLive } from "./live";
import { enhanceSite } from "./site";

export function enhance(root: HTMLElement): void {
  enhanceConditions(root);
  enhanceAutosave(root);
  enhanceCounters(root);
  enhanceLive(root);
  enhanceSite(root);
  focusErrors(root);
}

const done = new WeakMap<Element, Set<string>>();

/** Reports whether this is the first time an element gets something. */
export function once(element: Element, what: string): boolean {
  const had = done.get(element) ?? new Set<string>();
  if (had.has(what)) return false;
  done.set(element, had.add(what));
  return true;
}
