package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/worker/genome"
)

// sizesLimit bounds a chrom.sizes or arms file: about a million scaffolds.
const sizesLimit = 32 << 20

// AssemblyMeta is what a person says about an assembly.
type AssemblyMeta struct {
	Name     string `json:"name"`
	Organism string `json:"organism"`
}

type patchAssemblyIn struct {
	IDPath
	Body core.AssemblyPatch
}

type deleteAssemblyIn struct {
	IDPath
	DryRun bool `query:"dryRun" doc:"only list what uses it"`
}

type deleteAssemblyOut struct {
	Status int
	Body   *core.AssemblyDependants
}

func (s *server) assemblyRoutes() {
	route(s, spec{id: "listAssemblies", method: http.MethodGet, path: "/assemblies", summary: "Built-in and own genome builds", tag: "assemblies"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.Assembly]], error) {
			items, err := s.Assemblies.List(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			return &body[list[core.Assembly]]{list[core.Assembly]{Items: full(items)}}, nil
		})
	route(s, spec{id: "createAssembly", method: http.MethodPost, path: "/assemblies", summary: "Add a genome build from a chrom.sizes file",
		tag: "assemblies", status: http.StatusCreated, form: s.multipartBody("AssemblyMeta", map[string]string{
			"sizes": "chrom.sizes: name and length per line", "arms": "optional CSV: chrom,start,end"}, "sizes")},
		func(ctx context.Context, in *formIn) (*body[core.Assembly], error) {
			a, err := readAssembly(ctx, in)
			if err != nil {
				return nil, err
			}
			out, err := s.Assemblies.Create(ctx, caller(ctx), *a)
			if err != nil {
				return nil, err
			}
			return &body[core.Assembly]{*out}, nil
		})
	route(s, spec{id: "getAssembly", method: http.MethodGet, path: "/assemblies/{id}", summary: "One genome build, also of another user: shared datasets may lie on it",
		tag: "assemblies"},
		func(ctx context.Context, in *IDPath) (*body[core.Assembly], error) {
			a, err := s.Assemblies.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.Assembly]{*a}, nil
		})
	route(s, spec{id: "patchAssembly", method: http.MethodPatch, path: "/assemblies/{id}", summary: "Rename an own genome build", tag: "assemblies"},
		func(ctx context.Context, in *patchAssemblyIn) (*body[core.Assembly], error) {
			a, err := s.Assemblies.Patch(ctx, caller(ctx), in.ID, in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.Assembly]{*a}, nil
		})
	route(s, spec{id: "deleteAssembly", method: http.MethodDelete, path: "/assemblies/{id}", summary: "Delete an own genome build that no dataset uses, or list what uses it",
		tag: "assemblies", adjust: func(op *huma.Operation) {
			op.Responses["200"] = &huma.Response{Description: "dryRun: what uses the assembly"}
			op.Responses["204"] = &huma.Response{Description: "Deleted"}
		}},
		func(ctx context.Context, in *deleteAssemblyIn) (*deleteAssemblyOut, error) {
			if in.DryRun {
				d, err := s.Assemblies.Dependants(ctx, caller(ctx), in.ID)
				return &deleteAssemblyOut{http.StatusOK, d}, err
			}
			return &deleteAssemblyOut{Status: http.StatusNoContent}, s.Assemblies.Delete(ctx, caller(ctx), in.ID)
		})
}

// readAssembly takes the parts in any order: the arms are read once the chromosomes are known.
func readAssembly(ctx context.Context, in *formIn) (*core.Assembly, error) {
	var meta AssemblyMeta
	var sizes, arms []byte
	err := in.parts(ctx, func(name, _ string, r io.Reader) (err error) {
		switch name {
		case "meta":
			return decodeMeta(r, &meta)
		case "sizes":
			sizes, err = readSmall(r, sizesLimit)
		case "arms":
			arms, err = readSmall(r, sizesLimit)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if sizes == nil {
		return nil, core.Errorf(core.CodeInvalid, "The file of chromosome sizes is missing.").WithFields(core.Field{Field: "sizes", Message: "missing"})
	}
	a := &core.Assembly{Name: meta.Name, Organism: meta.Organism}
	if a.Chroms, err = genome.ReadSizes(bytesReader(sizes)); err != nil {
		return nil, linesError("sizes", "The file of chromosome sizes", err)
	}
	if len(arms) > 0 {
		if a.Arms, err = genome.ReadArms(bytesReader(arms), a.Chroms); err != nil {
			return nil, linesError("arms", "The file of chromosome arms", err)
		}
	}
	return a, nil
}

// linesError turns joined line errors into complaints with line numbers.
func linesError(field, what string, err error) error {
	var fields []core.Field
	for _, e := range joined(err) {
		var l *genome.LineError
		if errors.As(e, &l) {
			fields = append(fields, core.Field{Field: field, Line: l.Line, Message: l.Msg})
		}
	}
	if len(fields) == 0 {
		return core.Errorf(core.CodeBadFile, "%s cannot be read: %s.", what, err).WithFields(core.Field{Field: field, Message: err.Error()})
	}
	msg := fmt.Sprintf("%s has an error on line %d: %s.", what, fields[0].Line, fields[0].Message)
	if len(fields) > 1 {
		msg = fmt.Sprintf("%s has errors on %d lines; the first is line %d: %s.", what, len(fields), fields[0].Line, fields[0].Message)
	}
	return core.Errorf(core.CodeBadFile, "%s", msg).WithFields(fields...)
}

func joined(err error) []error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()
	}
	return []error{err}
}
