package genome

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Any text: chromosomes with names and lengths, no name twice, or an error.
func FuzzReadSizes(f *testing.F) {
	for _, text := range []string{"chr1\t1000\nchr2\t500\n", "# made by hand\nchr1 1000\r\n\nchr2 7 x\n", "chr1\t1000\nchr1\t900\n", "chr1\t-1\n", "chr1\t9223372036854775808\n", "\tx\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		chroms, err := ReadSizes(bytes.NewReader(data))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, c := range chroms {
			if c.Name == "" || c.Length < 1 || seen[c.Name] {
				t.Fatalf("%+v", chroms)
			}
			seen[c.Name] = true
		}
		if len(chroms) == 0 {
			t.Fatal("no chromosomes and no error")
		}
	})
}

// Any text: arms that lie on their chromosomes and do not overlap, or an error.
func FuzzReadArms(f *testing.F) {
	for _, text := range []string{"chrom,start,end\nchr1,0,400\nchr1,400,1000\n", "chr1\t0\t1000\n1\t2\t3\n", "chr1,5,4\n", "chr1,0,10\nchr1,5,20\n", "chr2,0,501\n"} {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	chroms := []Chrom{{Name: "chr1", Length: 1000}, {Name: "chr2", Length: 500}}
	f.Fuzz(func(t *testing.T, data []byte, known bool) {
		var of []Chrom
		if known {
			of = chroms
		}
		arms, err := ReadArms(bytes.NewReader(data), of)
		if err != nil {
			return
		}
		for i, a := range arms {
			if a.Start < 0 || a.End <= a.Start || a.Chrom == "" {
				t.Fatalf("%v", a)
			}
			for _, b := range arms[:i] {
				if a.Chrom == b.Chrom && a.Start < b.End && b.Start < a.End {
					t.Fatalf("%v overlaps %v", a, b)
				}
			}
			if known && !(a.Chrom == "chr1" && a.End <= 1000 || a.Chrom == "chr2" && a.End <= 500) {
				t.Fatalf("%v is not on a chromosome", a)
			}
		}
	})
}

// Very many arms of one chromosome are not compared with each other one by one: that would take minutes.
func TestReadArmsOfManyLines(t *testing.T) {
	var text strings.Builder
	const n = 200_000
	for i := n; i > 0; i-- {
		fmt.Fprintf(&text, "chr1,%d,%d\n", 2*i, 2*i+2)
	}
	arms, err := ReadArms(strings.NewReader(text.String()), nil)
	if err != nil || len(arms) != n || arms[0].Start != 2*n {
		t.Errorf("%d arms, %v", len(arms), err)
	}
	text.WriteString("chr1,5,6\nchr1,1,1\nchr1,900,901\n")
	_, err = ReadArms(strings.NewReader(text.String()), nil)
	for _, part := range []string{"line 200001: chr1:5-6 overlaps chr1:4-6", "line 200002: ", "line 200003: chr1:900-901 overlaps chr1:900-902"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
}
