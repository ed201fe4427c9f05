package core

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// ManifestEntry is one file that a manifest names. Error says why it is not one.
type ManifestEntry struct {
	ImportSource
	Line  int    `json:"line"`
	Text  string `json:"text" doc:"as written"`
	Error string `json:"error,omitempty"`
}

const maxManifest = 1000

// columns of manifests as 4DN, ENCODE and people write them, by what they hold.
var manifestColumns = map[string]*regexp.Regexp{
	"accession": regexp.MustCompile(`(?i)^(file ?accession|accession)$`),
	"url":       regexp.MustCompile(`(?i)^(file ?download ?url|download ?url|url|link|address)$`),
	"md5":       regexp.MustCompile(`(?i)^(md5 ?sum|md5|md5 ?checksum)$`),
	"sha256":    regexp.MustCompile(`(?i)^sha-?256$`),
}

// Parse reads what people paste: accessions and addresses in any mixture, one a line or several; the list of addresses
// (files.txt) and the table (metadata.tsv) of ENCODE; the table of 4DN; any table with a column of accessions or URLs.
// Addresses of repositories become accessions, so that their metadata can be read. Repetitions are dropped.
func (s *Imports) Parse(ctx context.Context, caller Caller, text string) ([]ManifestEntry, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	repositories, err := s.stores.Imports().Repositories(ctx)
	if err != nil {
		return nil, fmt.Errorf("repositories: %w", err)
	}
	repositories = slices.DeleteFunc(repositories, func(r Repository) bool { return !r.Enabled })
	out := []ManifestEntry{}
	seen := map[string]bool{}
	var header map[string]int
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		// 4DN comments out the line above its header, and what is no file.
		if line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := splitCells(line)
		if h := headerOf(cells); h != nil && header == nil {
			header = h
			continue
		}
		for _, e := range entriesOf(cells, header) {
			e.Line = n + 1
			resolve(&e, repositories)
			if key := firstOf(e.Accession, e.URL, e.Text); !seen[key] {
				seen[key] = true
				out = append(out, e)
			}
		}
		if len(out) > maxManifest {
			return nil, Errorf(CodeTooLarge, "More than %d files at once are too many; import them in parts.", maxManifest)
		}
	}
	return out, nil
}

func splitCells(line string) []string {
	comma := ','
	if strings.ContainsRune(line, '\t') {
		comma = '\t'
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	cells, err := r.Read()
	if err != nil {
		return []string{line}
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// headerOf finds which column holds what; nil when the line is no header with files in it.
func headerOf(cells []string) map[string]int {
	h := map[string]int{}
	for i, c := range cells {
		for what, re := range manifestColumns {
			if _, have := h[what]; re.MatchString(c) && !have {
				h[what] = i
			}
		}
	}
	if _, ok := h["url"]; ok {
		return h
	}
	if _, ok := h["accession"]; ok {
		return h
	}
	return nil
}

func entriesOf(cells []string, header map[string]int) (out []ManifestEntry) {
	cell := func(what string) string {
		if i, ok := header[what]; ok && i < len(cells) {
			return cells[i]
		}
		return ""
	}
	if header != nil {
		e := ManifestEntry{Text: firstOf(cell("accession"), cell("url"), strings.Join(cells, " "))}
		e.Accession, e.URL, e.MD5, e.SHA256 = cell("accession"), cell("url"), cell("md5"), cell("sha256")
		return []ManifestEntry{e}
	}
	for _, c := range cells {
		for _, word := range strings.FieldsFunc(c, func(r rune) bool { return r == ' ' || r == ';' }) {
			e := ManifestEntry{Text: word}
			if strings.Contains(word, "://") {
				e.URL = word
			} else {
				e.Accession = word
			}
			out = append(out, e)
		}
	}
	return out
}

// resolve turns addresses of repositories into accessions, and says what an entry is not.
func resolve(e *ManifestEntry, repositories []Repository) {
	e.Accession = strings.ToUpper(e.Accession)
	if r := matchRepository(repositories, e.Accession, 0); e.Accession != "" && r != nil {
		e.URL, e.RepositoryID = "", r.ID
		return
	}
	if e.URL == "" {
		e.Error = fmt.Sprintf("%s is neither an address nor the accession of a file that is known here.", e.Text)
		return
	}
	e.Accession = ""
	if err := CheckURL(e.URL); err != nil {
		e.Error = err.(*Error).Message
		return
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return
	}
	for _, r := range repositories {
		base, err := url.Parse(r.BaseURL)
		if err != nil || !strings.EqualFold(base.Host, u.Host) {
			continue
		}
		for _, part := range strings.Split(u.Path, "/") {
			part = strings.ToUpper(part)
			for name := part; name != ""; name = strings.TrimSuffix(name, path.Ext(name)) {
				if matchRepository([]Repository{r}, name, 0) != nil {
					e.URL, e.Accession, e.RepositoryID = "", name, r.ID
					return
				}
				if path.Ext(name) == "" {
					break
				}
			}
		}
		if strings.HasPrefix(u.Path, "/metadata/") { // the first line of ENCODE's files.txt is about the others
			e.Error = "This is the table of metadata, not data. Paste its contents, or the accessions."
		}
	}
}
