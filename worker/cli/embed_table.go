package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/npy"
)

// fromTable takes the features from an array of rows × features, made by another embedding or elsewhere.
func (r *embedRun) fromTable(ctx context.Context) error {
	in, err := openInput("features", r.args.featuresPath)
	if err != nil {
		return err
	}
	defer in.Close()
	in.startHash()
	f, err := readFeatures(in)
	if err != nil {
		return err
	}
	res, groups, err := r.compute(ctx, f)
	if err != nil {
		return err
	}
	out, err := makeFolder(r.args.out)
	if err != nil {
		return err
	}
	m, err := newManifest("embedding", r.started, in)
	if err != nil {
		return err
	}
	m.Parameters = r.layoutParameters()
	names := make([]string, f.Cols)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	book := account(ledger.New(f.Rows), res, "no feature")
	return r.write(out, m, f, res, groups, names, book)
}

func readFeatures(in *input) (*embed.Features, error) {
	reader, err := npy.Open(in.file, in.size)
	if err != nil {
		return nil, inputf("%s: %w", in.path, err)
	}
	if len(reader.Shape) != 2 || reader.Shape[1] < 1 {
		return nil, inputf("%s: the array has the shape %v, not rows × features", in.path, reader.Shape)
	}
	values, err := npy.ReadAll[float32](reader)
	if err != nil {
		return nil, inputf("%s: %w", in.path, err)
	}
	return &embed.Features{Rows: int(reader.Shape[0]), Cols: int(reader.Shape[1]), Values: values}, nil
}

// span is a range of whole numbers, as 2-30, or a single one.
type span struct{ from, to int }

func (s *span) String() string { return fmt.Sprintf("%d-%d", s.from, s.to) }

func (s *span) Set(text string) error {
	from, to, several := strings.Cut(text, "-")
	if !several {
		to = from
	}
	a, errA := strconv.Atoi(strings.TrimSpace(from))
	b, errB := strconv.Atoi(strings.TrimSpace(to))
	if errA != nil || errB != nil || a > b {
		return errors.New("not a range like 2-30")
	}
	*s = span{a, b}
	return nil
}

// list is all numbers of the range.
func (s span) list() []int {
	var all []int
	for k := s.from; k <= s.to; k++ {
		all = append(all, k)
	}
	return all
}
