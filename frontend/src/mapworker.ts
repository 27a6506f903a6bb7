// The map's worker, as a file of our own host: the content security policy needs
// no blob for it.
import "maplibre-gl/dist/maplibre-gl-worker.mjs";
