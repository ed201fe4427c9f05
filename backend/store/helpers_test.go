package store

import (
	"errors"
	"strings"

	"github.com/google/uuid"

	"regioscope/backend/core"
)

func isNotFound(err error) bool    { return errors.Is(err, core.ErrNotFound) }
func isConflict(err error) bool    { return errors.Is(err, core.ErrConflict) }
func randomText() string           { return uuid.NewString() }
func contains(s, part string) bool { return strings.Contains(s, part) }
