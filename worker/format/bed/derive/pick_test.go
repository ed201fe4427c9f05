package derive_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"regioscope/worker/format/bed"
	"regioscope/worker/format/bed/derive"
	"regioscope/worker/genome"
	"regioscope/worker/genome/algebra"
)

// Regions that somebody chose are kept as they are, in the order of the file, pairs too.
func TestPick(t *testing.T) {
	assembly := &genome.Assembly{Chroms: []genome.Chrom{{Name: "chr1", Length: 1000}}}
	lines := []string{"chr1\t700\t800\ta\t1\t+", "chr1\t100\t200\tb\t2\t-", "chr1\t300\t400\tc\t3\t+", "chr1\t10\t20\td\t4\t."}
	pick := func(text string, rows ...byte) (string, error) {
		table, err := bed.Parse(strings.NewReader(text), bed.Options{})
		if err != nil {
			t.Fatal(err)
		}
		spec := algebra.Spec{Operation: algebra.Pick, Rows: base64.StdEncoding.EncodeToString(rows)}
		if complaints := spec.Complete(); len(complaints) > 0 {
			return "", errors.New(complaints[0].Field + ": " + complaints[0].Message)
		}
		out, err := derive.Run(context.Background(), spec, []derive.Input{{Name: "set", Table: table}}, assembly)
		if err != nil {
			return "", err
		}
		var b bytes.Buffer
		if err := out.Sets[0].Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String(), nil
	}
	set := strings.Join(lines, "\n") + "\n"
	for _, c := range []struct {
		bits byte
		want string
	}{
		{0b0101, lines[0] + "\n" + lines[2] + "\n"},
		{0b1111, set},
		{0b1000, lines[3] + "\n"},
	} {
		if got, err := pick(set, c.bits); err != nil || got != c.want {
			t.Errorf("%04b: %q, %v; want %q", c.bits, got, err, c.want)
		}
	}
	pairs := "chr1\t10\t20\tchr1\t500\t510\nchr1\t30\t40\tchr1\t700\t710\n"
	if got, err := pick(pairs, 0b10); err != nil || got != strings.SplitAfter(pairs, "\n")[1] {
		t.Errorf("pairs: %q, %v", got, err)
	}
	if _, err := pick(set, 0); err == nil || !strings.Contains(err.Error(), "at least one") {
		t.Errorf("nothing chosen: %v", err)
	}
	if _, err := pick(set, 0, 1); err == nil || !strings.Contains(err.Error(), "has 4 regions") {
		t.Errorf("a row that is not there: %v", err)
	}
	spec := algebra.Spec{Operation: algebra.Pick, Rows: "*"}
	if c := spec.Complete(); len(c) != 1 || c[0].Field != "rows" {
		t.Errorf("no base64: %v", c)
	}
	spec = algebra.Spec{Operation: algebra.Union, Rows: "AQ=="}
	if c := spec.Complete(); len(c) != 1 || c[0].Field != "rows" {
		t.Errorf("rows for another operation: %v", c)
	}
}
