package core

import (
	"time"

	"regioscope/worker/genome"
)

// Assembly is a genome build that datasets belong to. OwnerID 0 marks the built-in ones, which everyone reads.
type Assembly struct {
	ID        int64             `json:"id"`
	Name      string            `json:"name"`
	Organism  string            `json:"organism"`
	Chroms    []genome.Chrom    `json:"chroms"`
	Arms      []genome.Interval `json:"arms"`
	Aliases   map[string]string `json:"aliases,omitempty"`
	OwnerID   int64             `json:"ownerId,omitempty"`
	Public    bool              `json:"public" doc:"everyone with an account may use it"`
	Access    Level             `json:"access" enum:"shown,read,edit,own"`
	CreatedAt time.Time         `json:"createdAt"`
}

// Genome gives the engine's form.
func (a *Assembly) Genome() *genome.Assembly {
	return &genome.Assembly{Name: a.Name, Chroms: a.Chroms, Arms: a.Arms, Aliases: a.Aliases}
}
