// Package sheet reads tables of values that people have for the regions of a set, CSV or TSV, joins them to the regions by
// row order, by name or by coordinates, and keeps what was joined.
package sheet
