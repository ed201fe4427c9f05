package demo

// Truth is what was planted: the content of truth.json. Positions are in bp, 0-based, half-open.
type Truth struct {
	Preset   string         `json:"preset"`
	Assembly string         `json:"assembly"`
	Seed     uint64         `json:"seed"`
	Scale    float64        `json:"scale"`
	Rows     map[string]int `json:"rows"` // per text file
	Maps     []MapTruth     `json:"maps"`
	Model    Parameters     `json:"model"`
	Chroms   []ChromTruth   `json:"chroms"`
}

// Parameters are the constants of the model.
type Parameters struct {
	LoopSD             float64 `json:"loop_sd_bp"`          // planted fold at a distance: 1 + (fold − 1)·exp(−r²/2sd²)
	MaxInsulation      float64 `json:"max_insulation_ln"`   // cap on the summed boundary strengths between two bins
	InnerInsulation    float64 `json:"inner_insulation_ln"` // of CTCF sites inside TADs; looped ones three times that
	TADGain            float64 `json:"max_tad_gain"`        // highest gain inside a TAD
	StripeGain         float64 `json:"stripe_gain"`         // over the TAD, at the centre of a stripe
	StripeSD           float64 `json:"stripe_sd_bp"`        //
	CompartmentGain    float64 `json:"compartment_gain_ln"` // of two bins of score 1, far apart
	CompartmentMid     float64 `json:"compartment_mid_bp"`  // distance of half that gain
	TransShare         float64 `json:"trans_share"`         // contacts between chromosomes per contact within
	CTCFPeakSD         float64 `json:"ctcf_peak_sd_bp"`
	CTCFBackground     float64 `json:"ctcf_background"`
	PromoterDownstream float64 `json:"promoter_downstream_bp"` // summit of H3K27ac, on the strand
	PromoterUpstream   float64 `json:"promoter_upstream_bp"`
	UpstreamShare      float64 `json:"promoter_upstream_share"` // height of the upstream summit per downstream height
	ShiftBP            int64   `json:"shift30k_bp"`
	DepletedBP         int64   `json:"depleted_bp"`
}

// ChromTruth are facts that are in no region set.
type ChromTruth struct {
	Name        string  `json:"name"`
	Gaps        []span  `json:"gaps"`         // no contacts, no signal
	LowCoverage []span  `json:"low_coverage"` // few contacts, no signal
	Loops       int     `json:"loops"`
	MeanFold    float64 `json:"mean_loop_fold"`
	ActiveTSS   int     `json:"active_promoters"`
}

func newTruth(p preset, o Options, chroms []*chromosome) *Truth {
	scale := o.Scale
	if scale == 0 {
		scale = 1
	}
	t := &Truth{Preset: p.name, Assembly: p.assembly, Seed: o.Seed, Scale: scale, Model: Parameters{
		LoopSD: loopSD, MaxInsulation: maxDrop, InnerInsulation: innerDrop, TADGain: tadGain, StripeGain: stripeGain, StripeSD: stripeSD, CompartmentGain: compGain,
		CompartmentMid: compMid, TransShare: transShare, CTCFPeakSD: ctcfSD, CTCFBackground: ctcfBase,
		PromoterDownstream: downstream, PromoterUpstream: upstream, UpstreamShare: upstreamShare,
		ShiftBP: shift30k, DepletedBP: farAway,
	}}
	for _, c := range chroms {
		ct := ChromTruth{Name: c.name, Gaps: c.gaps, LowCoverage: c.low, Loops: len(c.loops)}
		for _, l := range c.loops {
			ct.MeanFold += l.fold / float64(len(c.loops))
		}
		for _, e := range c.promoters {
			if e.height > 0 {
				ct.ActiveTSS++
			}
		}
		t.Chroms = append(t.Chroms, ct)
	}
	return t
}

func (t *Truth) write(path string) error { return writeJSON(path, t) }
