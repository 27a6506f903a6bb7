// Torg is the open platform on which a Norwegian municipality meets its
// residents. This is its one binary; internal/app/command has the commands.
package main

import (
	"context"
	"os"

	"github.com/torg-no/torg/internal/app/command"
)

func main() {
	os.Exit(command.Run(context.Background(), command.Env{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Lang: os.Getenv("LANG"),
	}))
}
