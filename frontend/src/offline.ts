// Tells when the network goes, and installs the worker that shows the offline page.
import { dismiss, toast } from "./toast";

export function startOffline(): void {
  addEventListener("offline", () => {
    toast("warning", document.getElementById("t-texts")?.dataset.offline ?? "", "offline");
  });
  addEventListener("online", () => dismiss("offline"));
  if ("serviceWorker" in navigator && isSecureContext) {
    // A server that has no worker is no fault a visitor should hear of.
    navigator.serviceWorker.register("/sw.js?lang=" + encodeURIComponent(document.documentElement.lang)).catch(() => undefined);
  }
}
