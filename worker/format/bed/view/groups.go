package view

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Group is the rows that have one value of a column.
type Group struct {
	Value string // "" = no value
	N     int
}

// TooManyGroups is from how many different values on a column groups nothing.
const TooManyGroups = 200

// Groups parts all rows by the values of a column, in the order in which the column sorts; rows without a value come last.
// of gives the group of a row. *Error where there is no such column or it has too many values.
func (v *Table) Groups(column string) (groups []Group, of []int32, err error) {
	col := v.Column(column)
	if col == nil {
		return nil, nil, &Error{"group", fmt.Sprintf("There is no column %q.", column)}
	}
	rows, err := v.Rows(Query{Sort: column})
	if err != nil {
		return nil, nil, err
	}
	of = make([]int32, len(rows))
	at := map[string]int{}
	for _, i := range rows {
		text := col.Text(i)
		if text == "." {
			text = ""
		}
		g, ok := at[text]
		if !ok {
			if g = len(groups); g >= TooManyGroups {
				return nil, nil, &Error{"group", fmt.Sprintf("%q has more than %d different values; choose a column with fewer to group by.", column, TooManyGroups)}
			}
			at[text] = g
			groups = append(groups, Group{Value: text})
		}
		groups[g].N++
		of[i] = int32(g)
	}
	// Of a column of numbers a word sorts as no value does.
	if g, ok := at[""]; ok && g != len(groups)-1 {
		last := int32(len(groups) - 1)
		none := groups[g]
		groups = append(append(groups[:g:g], groups[g+1:]...), none)
		for i, x := range of {
			switch {
			case x == int32(g):
				of[i] = last
			case x > int32(g):
				of[i] = x - 1
			}
		}
	}
	return groups, of, nil
}

// MostBins is into how many ranges the values of a column are parted at most.
const MostBins = 20

// Ranges parts all rows by a column of numbers into bins ranges of about as many rows each, in the order of the values; rows
// without a value come last. Equal values stay together, so that there may be fewer ranges. low and high are the least and the
// largest value of each, both in it; the value of a group are these two as text. of gives the group of a row. *Error where there is
// no such column, or bins is out of 2 to MostBins.
func (v *Table) Ranges(column string, bins int) (groups []Group, low, high []float64, of []int32, err error) {
	col := v.Column(column)
	if col == nil || !col.Numeric {
		return nil, nil, nil, nil, &Error{"group", fmt.Sprintf("There is no column %q of numbers.", column)}
	}
	if bins < 2 || bins > MostBins {
		return nil, nil, nil, nil, &Error{"bins", fmt.Sprintf("Values are parted into 2 to %d ranges.", MostBins)}
	}
	of = make([]int32, len(v.Bed.Regions))
	rows := make([]int, 0, len(of))
	value := make([]float64, len(of))
	for i := range of {
		if value[i] = col.Float(i); !math.IsNaN(value[i]) {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		switch {
		case value[a] < value[b]:
			return -1
		case value[a] > value[b]:
			return 1
		}
		return 0
	})
	from := 0
	for g := range bins {
		to := max(from, (g+1)*len(rows)/bins)
		for to > 0 && to < len(rows) && value[rows[to]] == value[rows[to-1]] {
			to++
		}
		if to == from {
			continue
		}
		for _, i := range rows[from:to] {
			of[i] = int32(len(groups))
		}
		low, high = append(low, value[rows[from]]), append(high, value[rows[to-1]])
		text := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
		groups = append(groups, Group{Value: text(low[len(low)-1]) + " – " + text(high[len(high)-1]), N: to - from})
		from = to
	}
	if missing := len(of) - len(rows); missing > 0 {
		for i := range of {
			if math.IsNaN(value[i]) {
				of[i] = int32(len(groups))
			}
		}
		groups, low, high = append(groups, Group{N: missing}), append(low, math.NaN()), append(high, math.NaN())
	}
	return groups, low, high, of, nil
}
