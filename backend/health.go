package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"regioscope/backend/core"
)

// health asks a server whether it is ready: the image has no other program that could.
func health(ctx context.Context, args []string) error {
	url := "http://127.0.0.1:8080/readyz"
	switch len(args) {
	case 0:
	case 1:
		url = args[0]
	default:
		return errUsage
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s%s", url, res.Status, unready(res.Body))
	}
	return nil
}

// unready reads what is missing from the answer of /readyz; "" when it does not say.
func unready(answer io.Reader) string {
	var told struct {
		Status string           `json:"status"`
		Parts  []core.NeedState `json:"parts"`
	}
	if json.NewDecoder(io.LimitReader(answer, 64<<10)).Decode(&told) != nil || told.Status == "" {
		return ""
	}
	missing := []string{told.Status}
	for _, p := range told.Parts {
		if !p.Ready {
			missing = append(missing, p.Text)
		}
	}
	return ": " + strings.Join(missing, ": ")
}
