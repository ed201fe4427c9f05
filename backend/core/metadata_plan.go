package core

// MetaPlan is how a waiting table is read and joined. What is left out is guessed; a preview tells everything.
type MetaPlan struct {
	Separator string `json:"separator,omitempty" enum:"tab,comma,semicolon,blanks"`
	Header    *bool  `json:"header,omitempty" doc:"the first row has the names of columns"`

	By           MetaJoin    `json:"by,omitempty" enum:"order,name,coordinates"`
	Keys         []int       `json:"keys,omitempty" doc:"columns of the table, from 0: one for name; chrom, start and end, of both anchors for pairs, for coordinates"`
	RegionColumn string      `json:"regionColumn,omitempty" doc:"for name: the column of the region set that has the names"`
	OneBased     bool        `json:"oneBased,omitempty" doc:"for coordinates: starts of the table count from 1, not from 0 as in BED"`
	Twins        MetaTwins   `json:"twins,omitempty" enum:"refuse,first,leave" doc:"rows with the same key and different values: refuse the table, take the first row, or give their regions no values"`
	Name         string      `json:"name,omitempty" doc:"of the table"`
	Columns      []MetaGiven `json:"columns,omitempty" maxItems:"1000" doc:"that are joined"`
}

// MetaTwins is what becomes of rows that have the same key and different values.
type MetaTwins string

// The ways.
const (
	TwinsRefuse MetaTwins = "refuse"
	TwinsFirst  MetaTwins = "first"
	TwinsLeave  MetaTwins = "leave"
)

// MetaGiven is a column of the table that is joined.
type MetaGiven struct {
	At   int            `json:"at" minimum:"0" doc:"column of the table, from 0"`
	Name string         `json:"name" doc:"what it will be called"`
	Type MetaColumnType `json:"type" enum:"numeric,categorical"`
}

// MetaPreview is what would come of a plan.
type MetaPreview struct {
	Plan  MetaPlan  `json:"plan" doc:"with everything that was guessed"`
	Facts MetaFacts `json:"facts"`

	Regions        int          `json:"regions" doc:"of the set"`
	RegionColumns  []string     `json:"regionColumns" doc:"columns of the set that regions can be found by"`
	Shared         int          `json:"shared" doc:"regions whose row another region has, too"`
	Repeated       int          `json:"repeated" doc:"rows that only say again what an earlier row says"`
	AmbiguousKeys  []MetaKey    `json:"ambiguousKeys" doc:"the first few keys of several rows with different values"`
	RegionsWithout []MetaKey    `json:"regionsWithout" doc:"the first few regions without a row; lines are rows of the set, from 1"`
	RowsWithout    []MetaKey    `json:"rowsWithout" doc:"the first few rows without a region"`
	Columns        []MetaFound  `json:"columns" doc:"all columns of the table"`
	Rows           []MetaRow    `json:"rows" doc:"the first rows of the table"`
	Joined         []MetaJoined `json:"joined" doc:"the first regions with what they would be given, in the order of the chosen columns"`
	Problems       []Field      `json:"problems" doc:"why the table cannot be joined so"`
	Warnings       []string     `json:"warnings"`
}

// MetaKey is what rows and regions have in common, and where it stands.
type MetaKey struct {
	Text  string `json:"text"`
	Lines []int  `json:"lines"`
}

// MetaFound is a column of the table.
type MetaFound struct {
	Name     string         `json:"name"`
	Type     MetaColumnType `json:"type" enum:"numeric,categorical" doc:"as guessed"`
	Present  int            `json:"present"`
	Numbers  int            `json:"numbers"`
	Distinct int            `json:"distinct" doc:"different values, counted up to 1000"`
	Min      *float64       `json:"min,omitempty"`
	Max      *float64       `json:"max,omitempty"`
	Examples []string       `json:"examples"`
}

// MetaRow is a row of the table.
type MetaRow struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// MetaJoined is a region with what it would be given.
type MetaJoined struct {
	Index  int      `json:"index" doc:"of the region, from 0"`
	Region string   `json:"region"`
	Line   int      `json:"line,omitempty" doc:"of the table; absent where no row belongs to the region"`
	Values []string `json:"values"`
}
