package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"regioscope/backend/core"
)

// readyPatience is how long the check of one thing may take; those who ask wait little longer.
const readyPatience = 3 * time.Second

// ready tells whether this server can serve people, and if not what is missing: 503, with a sentence for each part.
// Everybody may ask, so causes, which name hosts and files, go to the log and not into the answer.
func (s *server) ready(c *gin.Context) {
	ctx := c.Request.Context()
	state, parts := s.Ready.Look(ctx, readyPatience)
	for _, p := range parts {
		if !p.Ready {
			s.Log.WarnContext(ctx, "not ready", "part", p.Name, "cause", p.Cause)
		}
	}
	status := http.StatusOK
	if state != core.Ready {
		status = http.StatusServiceUnavailable
		c.Header("Retry-After", "5")
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(status, gin.H{"status": state, "parts": parts})
}
