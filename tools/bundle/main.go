// Command bundle builds the scripts, styles and fonts of the user interface
// with esbuild: from frontend/src to internal/platform/ui/dist, with names that
// carry a hash of the content, a manifest of those names, and packed copies.
//
// Run it from the root of the repository after npm ci in frontend:
//
//	go -C tools run ./bundle -root ..
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	sizes, err := bundle(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
	for _, s := range sizes {
		line := fmt.Sprintf("%-44s %7d bytes, %6d packed\n", s.name, s.bytes, s.packed)
		if _, err := os.Stdout.WriteString(line); err != nil {
			os.Exit(1)
		}
	}
}
