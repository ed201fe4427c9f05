package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Setting is one setting as it is in force, fit to be shown to people.
type Setting struct {
	Name, Value string
}

// hidden stands for what must not be shown.
const hidden = "(hidden)"

// Describe lists the settings of a program in force. Of addresses with a password the password is hidden, of other
// secrets everything but whether they are set.
func Describe(c *Config, program string) []Setting {
	var out []Setting
	for _, f := range fieldsOf(c, program) {
		if !f.usedBy(program) {
			continue
		}
		value := show(f.value.Interface())
		if f.secret {
			value = hide(value)
		}
		out = append(out, Setting{Name: f.name, Value: value})
	}
	return out
}

func show(v any) string {
	switch v := v.(type) {
	case Duration:
		return time.Duration(v).String()
	case []string:
		return strings.Join(v, ",")
	case QueueSpec:
		var parts []string
		for name, n := range v {
			parts = append(parts, fmt.Sprintf("%s=%d", name, n))
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v)
}

// credentials is the part of an address between the scheme and the last @ before the host.
var credentials = regexp.MustCompile(`^([a-z]+://)([^:@/]*)(?::(.*))?@([^@]*)$`)

func hide(value string) string {
	if value == "" {
		return ""
	}
	m := credentials.FindStringSubmatch(value)
	switch {
	case m == nil && strings.Contains(value, "://") && !strings.Contains(value, "@"):
		return value // an address without anybody's name in it
	case m == nil:
		return hidden
	case m[3] == "":
		return value
	}
	return m[1] + m[2] + ":" + hidden + "@" + m[4]
}
