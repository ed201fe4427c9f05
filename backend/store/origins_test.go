package store

import (
	"encoding/json"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// A selection of half a million regions is a bit for each, in base64: more than the 64 kB of a TEXT column.
func TestOriginOfALargeSelection(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		rows := strings.Repeat("/", 500_000/6)
		params := must(json.Marshal(map[string]string{"operation": "pick", "rows": rows}))(t)
		origin := &core.Origin{Operation: "pick", Params: params, Parents: []core.Parent{{ID: w.peaks.ID, Name: w.peaks.Name}}}
		check(t, s.Datasets().SetOrigin(t.Context(), w.public.ID, origin))
		got := must(s.Datasets().Origin(t.Context(), w.public.ID))(t)
		if string(got.Params) != string(params) {
			t.Errorf("%d bytes of parameters came back as %d", len(params), len(got.Params))
		}
	})
}
