package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// maxMembers bounds a collection: 100 sets × 40 bins is a table one can still read, 500 one can still compute.
const maxMembers = 500

// members loads and checks what shall belong to a collection; assemblyID 0 takes that of the first.
func (s *Collections) members(ctx context.Context, caller Caller, kind MemberKind, assemblyID int64, list []int64) ([]Dataset, error) {
	bad := func(format string, args ...any) error {
		e := Errorf(CodeInvalid, format, args...)
		return e.WithFields(Field{Field: "datasetIds", Message: e.Message})
	}
	if len(list) == 0 {
		return nil, bad("Choose at least one dataset.")
	}
	if len(list) > maxMembers {
		return nil, bad("A collection holds at most %d datasets.", maxMembers)
	}
	var out []Dataset
	seen := map[int64]bool{}
	for _, id := range list {
		if seen[id] {
			continue
		}
		seen[id] = true
		d, err := s.datasets.Get(ctx, caller, id)
		if err != nil {
			return nil, err
		}
		if assemblyID == 0 {
			assemblyID = d.AssemblyID
		}
		switch {
		case d.Kind != kind.datasetKind():
			return nil, bad("%q does not fit: a collection of %s holds datasets of kind %s.", d.Name, kind, kind.datasetKind())
		case d.AssemblyID != assemblyID:
			return nil, bad("%q belongs to another assembly than the rest.", d.Name)
		case isPairs(d):
			return nil, bad("%q does not fit: it holds pairs of regions (BEDPE), and a collection is made of single ones.", d.Name)
		case d.State != DatasetReady:
			return nil, bad("%q is not ready: it is %s.", d.Name, d.State)
		}
		out = append(out, *d)
	}
	return out, nil
}

func ids(list []Dataset) []int64 {
	out := make([]int64, len(list))
	for i := range list {
		out[i] = list[i].ID
	}
	return out
}

// membersHash stands for the content of a collection in manifests: files and their order.
func membersHash(members []Dataset) string {
	h := sha256.New()
	for i := range members {
		fmt.Fprintf(h, "%d %s\n", members[i].ID, members[i].SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}
