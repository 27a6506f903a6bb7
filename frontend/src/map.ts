// The map page. Without this script it is a page with pictures, lists and links that
// says the same.
import { setWorkerUrl } from "maplibre-gl";

import { Atlas } from "./mapatlas";
import type { Config } from "./mapconfig";

function start(root: HTMLElement): void {
  const config = JSON.parse(root.dataset.map ?? "{}") as Config;
  setWorkerUrl(config.worker);
  try {
    // The living map's styles are for browsers that tell whether they run scripts.
    if (!matchMedia("(scripting: enabled)").matches) throw new Error("The browser is too old.");
    new Atlas(root, config).start();
  } catch (e) {
    plain(root);
    console.info("The map is shown as a picture.", e);
  }
}

/** Without WebGL the page is what it is without scripts. */
function plain(root: HTMLElement): void {
  root.dataset.state = "plain";
  const picture = root.querySelector<HTMLTemplateElement>("template[data-map-plain]");
  picture?.after(picture.content.cloneNode(true));
  for (const section of root.querySelectorAll<HTMLElement>("[data-panel], [data-map-panel]")) section.hidden = false;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-map]")) start(root);
