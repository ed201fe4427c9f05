package api

import (
	"html/template"
	"net/http"
	"sort"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Regioscope API</title>
<style>body{font:14px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}
td{border-top:1px solid #ddd;padding:4px 12px 4px 0;vertical-align:top}code{font-size:13px}h2{margin:1.5em 0 .3em}</style>
<h1>Regioscope API</h1>
<p>Paths are below <code>{{.Prefix}}</code>. The whole description, with schemas: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).
Send <code>Authorization: Bearer …</code> with the access token that <code>POST /auth/login</code> gives.</p>
{{range .Tags}}<h2>{{.Name}}</h2><table>{{range .Ops}}<tr><td><code>{{.Method}}</code></td><td><code>{{.Path}}</code></td>
<td>{{.Summary}}</td><td><code>{{.OperationID}}</code></td></tr>{{end}}</table>{{end}}
</html>`))

// docs is a plain page made from the description: it needs no script and no other machine.
func (s *server) docs(c *gin.Context) {
	type group struct {
		Name string
		Ops  []*huma.Operation
	}
	byTag := map[string]*group{}
	for _, item := range s.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || len(op.Tags) == 0 {
				continue
			}
			if byTag[op.Tags[0]] == nil {
				byTag[op.Tags[0]] = &group{Name: op.Tags[0]}
			}
			byTag[op.Tags[0]].Ops = append(byTag[op.Tags[0]].Ops, op)
		}
	}
	var groups []*group
	for _, g := range byTag {
		sort.Slice(g.Ops, func(i, j int) bool {
			if g.Ops[i].Path != g.Ops[j].Path {
				return g.Ops[i].Path < g.Ops[j].Path
			}
			return g.Ops[i].Method < g.Ops[j].Method
		})
		groups = append(groups, g)
	}
	sort.Slice(groups, func(i, j int) bool { return groups[i].Name < groups[j].Name })
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Status(http.StatusOK)
	_ = docsPage.Execute(c.Writer, map[string]any{"Prefix": prefix, "Tags": groups})
}
