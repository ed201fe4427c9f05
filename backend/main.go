// Regioscope is the service half: the REST server, and everything in one process for a single machine.
package main

import (
	"fmt"
	"os"

	"regioscope/backend/api"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "openapi" {
		doc, err := api.OpenAPI()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(doc))
	}
}
