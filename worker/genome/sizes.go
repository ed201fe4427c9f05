package genome

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxSizesLine and maxSizesErrors keep a wrong file from filling memory or the screen.
const (
	maxSizesLine   = 1 << 16
	maxSizesErrors = 100
)

// ErrNoChroms says that a sizes file has no rows.
var ErrNoChroms = errors.New("the file names no chromosome")

// LineError is one bad line of a sizes or arms file.
type LineError struct {
	Line int
	Msg  string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// ReadSizes reads a chrom.sizes file: name and length per line, tab or blank separated, further columns ignored, blank
// lines and lines that start with # skipped, in file order. All bad lines (at most 100) come as joined *LineError.
// A name twice, or a length below 1, is an error.
func ReadSizes(r io.Reader) ([]Chrom, error) {
	var chroms []Chrom
	seen := make(map[string]int)
	err := eachLine(r, func(line int, text string) error {
		fields := strings.Fields(text)
		if strings.Contains(text, "\t") {
			fields = strings.Split(text, "\t")
		}
		if len(fields) < 2 || strings.TrimSpace(fields[0]) == "" {
			return &LineError{line, fmt.Sprintf("expected a chromosome name and its length, found %.60q", text)}
		}
		name := strings.TrimSpace(fields[0])
		length, err := strconv.ParseInt(strings.TrimSpace(fields[1]), 10, 64)
		if err != nil || length < 1 {
			return &LineError{line, fmt.Sprintf("the length of %s, %.40q, is not a positive whole number", name, fields[1])}
		}
		if first, twice := seen[name]; twice {
			return &LineError{line, fmt.Sprintf("%s is already on line %d", name, first)}
		}
		seen[name] = line
		chroms = append(chroms, Chrom{Name: name, Length: length})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(chroms) == 0 {
		return nil, ErrNoChroms
	}
	return chroms, nil
}

// ReadArms reads a table of chromosome arms: CSV (or tab separated) with columns chrom, start, end, header row optional,
// 0-based half-open. chroms, when given, are the chromosomes that the arms must lie on. Arms keep file order; two arms of
// a chromosome may touch but not overlap. All bad lines (at most 100) come as joined *LineError.
func ReadArms(r io.Reader, chroms []Chrom) ([]Interval, error) {
	names := NewNames(chroms, nil)
	var arms []Interval
	var lines []int // of the arms
	first := true
	err := eachLine(r, func(line int, text string) error {
		fields := strings.Split(text, ",")
		if strings.Contains(text, "\t") {
			fields = strings.Split(text, "\t")
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		header := first && len(fields) >= 3 && strings.EqualFold(fields[1], "start") && strings.EqualFold(fields[2], "end")
		first = false
		if header {
			return nil
		}
		if len(fields) < 3 || fields[0] == "" {
			return &LineError{line, fmt.Sprintf("expected chrom,start,end, found %.60q", text)}
		}
		arm := Interval{Chrom: fields[0]}
		var err1, err2 error
		arm.Start, err1 = strconv.ParseInt(fields[1], 10, 64)
		arm.End, err2 = strconv.ParseInt(fields[2], 10, 64)
		if err1 != nil || err2 != nil || arm.Start < 0 || arm.End <= arm.Start {
			return &LineError{line, fmt.Sprintf("%.40q to %.40q is not a stretch of a chromosome", fields[1], fields[2])}
		}
		if len(chroms) > 0 {
			i, _ := names.Resolve(arm.Chrom)
			if i < 0 {
				return &LineError{line, fmt.Sprintf("%.60q is not a chromosome of the assembly", arm.Chrom)}
			}
			if arm.Chrom = chroms[i].Name; arm.End > chroms[i].Length {
				return &LineError{line, fmt.Sprintf("%s ends beyond the end of the chromosome, %d", arm, chroms[i].Length)}
			}
		}
		arms, lines = append(arms, arm), append(lines, line)
		return nil
	})
	err = withOverlaps(err, arms, lines)
	if err == nil && len(arms) == 0 {
		err = errors.New("the file has no arms")
	}
	if err != nil {
		return nil, err
	}
	return arms, nil
}

// withOverlaps adds the arms that overlap one before them to the errors of lines, in the order of lines.
func withOverlaps(err error, arms []Interval, lines []int) error {
	order := make([]int, len(arms))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := arms[i], arms[j]
		return cmp.Or(strings.Compare(a.Chrom, b.Chrom), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), i-j)
	})
	var found []error
	furthest := -1
	for _, i := range order {
		if furthest >= 0 && arms[furthest].Chrom == arms[i].Chrom && arms[i].Start < arms[furthest].End {
			first, later := min(i, furthest), max(i, furthest)
			found = append(found, &LineError{lines[later], fmt.Sprintf("%s overlaps %s", arms[later], arms[first])})
		}
		if furthest < 0 || arms[furthest].Chrom != arms[i].Chrom || arms[i].End > arms[furthest].End {
			furthest = i
		}
	}
	if len(found) == 0 {
		return err
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		found = append(found, joined.Unwrap()...)
	}
	slices.SortStableFunc(found, func(a, b error) int { return cmp.Compare(lineOf(a), lineOf(b)) })
	return errors.Join(found[:min(len(found), maxSizesErrors)]...)
}

// lineOf is the line that an error is about; what is about none comes last.
func lineOf(err error) int {
	var at *LineError
	if errors.As(err, &at) {
		return at.Line
	}
	return math.MaxInt
}

// eachLine calls fn for every line that is neither blank nor a comment and joins its errors.
func eachLine(r io.Reader, fn func(line int, text string) error) error {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxSizesLine)
	var errs []error
	line := 0
	for scan.Scan() {
		line++
		text := strings.TrimRight(scan.Text(), "\r\n ")
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if strings.ContainsRune(text, 0) {
			return errors.Join(append(errs, &LineError{line, "the file is not a text file"})...)
		}
		if err := fn(line, text); err != nil {
			if errs = append(errs, err); len(errs) == maxSizesErrors {
				break
			}
		}
	}
	if err := scan.Err(); err != nil {
		errs = append(errs, fmt.Errorf("line %d: %w", line+1, err))
	}
	return errors.Join(errs...)
}
