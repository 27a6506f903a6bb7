// Prints the ramps that Designsystemet's own tool makes of the colours given as
// arguments, as JSON: {colour: {light: {token: hex}, dark: {token: hex}}}. The
// tests of the generator in Go compare with it.
import { generateColorSchemes } from "@digdir/designsystemet/color";

const ramps = {};
for (const color of process.argv.slice(2)) {
  const schemes = generateColorSchemes(color);
  ramps[color] = {};
  for (const scheme of ["light", "dark"]) {
    ramps[color][scheme] = Object.fromEntries(schemes[scheme].map((c) => [c.name, c.hex.toLowerCase()]));
  }
}
process.stdout.write(JSON.stringify(ramps));
