package view

import "fmt"

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
