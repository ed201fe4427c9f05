package derive

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"regioscope/worker/format/bed/view"
	"regioscope/worker/genome/algebra"
)

// filter keeps the rows that meet all conditions, as the table of regions does on its page.
func (w *work) filter() ([]Set, error) {
	in := w.inputs[0]
	columns, query := slices.Clone(in.Extra), view.Query{}
	for i, c := range w.spec.Where {
		name := c.Column
		if c.Result != 0 {
			if in.Score == nil {
				return nil, refuse(fmt.Sprintf("where.%d.resultId", i), "There are no scores of results here.")
			}
			score, err := in.Score(c)
			if err != nil {
				return nil, err
			}
			name = fmt.Sprintf("%s of result %d, condition %d", c.Column, c.Result, i+1) // whatever the columns of the file are called
			columns = append(columns, view.Column{Name: name, Numeric: true, Text: score.Text, Float: score.Float})
		}
		query.Where = append(query.Where, view.Cond{Column: name, Op: view.Op(c.Op), Value: c.Value})
	}
	table := view.New(in.Table, columns...)
	for i, c := range query.Where { // one by one, to tell which of them makes no sense
		if _, err := table.Rows(view.Query{Where: []view.Cond{c}}); err != nil {
			field := "value"
			if table.Column(c.Column) == nil {
				field = "column"
			}
			return nil, conditionError(err, fmt.Sprintf("where.%d.%s", i, field))
		}
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
	}
	rows, err := table.Rows(query)
	if err != nil {
		return nil, conditionError(err, "where")
	}
	return w.kept(rows), nil
}

func conditionError(err error, field string) error {
	var bad *view.Error
	if errors.As(err, &bad) {
		return refuse(field, "%s", bad.Msg)
	}
	return err
}

// split makes a set of every value of a column, in natural order, or of groups of a numeric one.
func (w *work) split() ([]Set, error) {
	in := w.inputs[0]
	c := view.New(in.Table, in.Extra...).Column(w.spec.Column)
	if c == nil {
		return nil, refuse("column", "“%s” has no column %q.", in.Name, w.spec.Column)
	}
	if w.spec.Groups > 0 {
		return w.quantiles(c)
	}
	groups := map[string][]int{}
	missing := 0
	for i := range in.Table.Regions {
		value := c.Text(i)
		if c.Numeric && math.IsNaN(c.Float(i)) || value == "" || value == "." {
			missing++
			continue
		}
		groups[value] = append(groups[value], i)
		if len(groups) > algebra.MaxSets {
			hint := "Choose a column of fewer values, or filter first."
			if c.Numeric {
				hint = "It is numeric: give a number of groups."
			}
			return nil, refuse("column", "%q has more than %d different values. %s", c.Name, algebra.MaxSets, hint)
		}
	}
	var values []string
	for v := range groups {
		values = append(values, v)
	}
	slices.SortFunc(values, view.Compare)
	var sets []Set
	for _, v := range values {
		s := w.kept(groups[v])[0]
		s.Value = v
		sets = append(sets, s)
	}
	return w.parted(c, sets, missing)
}

// quantiles cuts the values at their quantiles: group k has the values up to the k-th, equal values stay together.
func (w *work) quantiles(c *view.Column) ([]Set, error) {
	if !c.Numeric {
		return nil, refuse("groups", "%q is not numeric: it is split by value, without a number of groups.", c.Name)
	}
	var rows []int
	n := len(w.inputs[0].Table.Regions)
	for i := range n {
		if !math.IsNaN(c.Float(i)) {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(i, j int) int {
		if a, b := c.Float(i), c.Float(j); a != b {
			return map[bool]int{true: -1, false: 1}[a < b]
		}
		return 0
	})
	var sets []Set
	from := 0
	for k := 1; k <= w.spec.Groups && from < len(rows); k++ {
		to := max(from, len(rows)*k/w.spec.Groups)
		for to > from && to < len(rows) && c.Float(rows[to]) == c.Float(rows[to-1]) {
			to++
		}
		if to == from {
			continue
		}
		part := slices.Clone(rows[from:to])
		low, high := c.Float(rows[from]), c.Float(rows[to-1])
		slices.Sort(part)
		s := w.kept(part)[0]
		s.Value = number(low) + " to " + number(high)
		sets, from = append(sets, s), to
	}
	if len(sets) < w.spec.Groups {
		w.note("equal values stay together, so that there are %d groups instead of %d", len(sets), w.spec.Groups)
	}
	return w.parted(c, sets, n-len(rows))
}

func (w *work) parted(c *view.Column, sets []Set, missing int) ([]Set, error) {
	if len(sets) == 0 {
		return nil, refuse("column", "No region of “%s” has a value of %q.", w.inputs[0].Name, c.Name)
	}
	if missing > 0 {
		w.note("%d regions have no value of %q and are in none of the sets", missing, c.Name)
	}
	return sets, w.ctx.Err()
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }
