package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const envPrefix = "REGIOSCOPE_"

// Load reads the settings of one program from its arguments and the environment (os.Environ form). What remains after
// the flags is returned as rest. flag.ErrHelp after --help, which was then printed to usage.
func Load(program string, args, environ []string, usage io.Writer) (c *Config, rest []string, err error) {
	c = &Config{}
	fields := fieldsOf(c, program)
	fs := flag.NewFlagSet("regioscope "+program, flag.ContinueOnError)
	fs.SetOutput(usage)
	for _, f := range fields {
		if err := f.set(f.preset); err != nil {
			return nil, nil, fmt.Errorf("default of %s: %w", f.name, err)
		}
		if f.usedBy(program) {
			fs.Var(&flagValue{f}, f.name, f.help+" ["+f.env()+"]")
		}
	}
	if err := readEnv(fields, environ); err != nil {
		return nil, nil, err
	}
	if err := fs.Parse(args); err != nil {
		return nil, nil, err
	}
	if err := c.validate(program); err != nil {
		return nil, nil, fmt.Errorf("settings: %w", err)
	}
	return c, fs.Args(), nil
}

// readEnv applies the variables to all fields: a shared environment file may well name settings of another program.
func readEnv(fields []field, environ []string) error {
	var errs []error
	from := map[string]string{} // setting → variable, to find a secret given twice
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, envPrefix) || isTestHook(name) {
			continue
		}
		f, file := find(fields, name)
		if f == nil {
			errs = append(errs, fmt.Errorf("unknown variable %s; the known ones are %s", name, known(fields)))
			continue
		}
		if value == "" {
			continue // as compose files write "not set"
		}
		if other := from[f.name]; other != "" {
			errs = append(errs, fmt.Errorf("%s and %s are both set", other, name))
			continue
		}
		from[f.name] = name
		if file {
			b, err := os.ReadFile(value)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
				continue
			}
			value = strings.TrimRight(string(b), "\r\n")
		}
		if err := f.set(value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

type field struct {
	value                        reflect.Value
	name, preset, help, programs string
	secret                       bool
}

func fieldsOf(c *Config, program string) []field {
	v := reflect.ValueOf(c).Elem()
	var out []field
	for i := range v.NumField() {
		t := v.Type().Field(i).Tag
		preset := t.Get("default")
		if own, ok := t.Lookup(program); ok {
			preset = own
		}
		out = append(out, field{value: v.Field(i), name: t.Get("name"), preset: preset, help: t.Get("help"),
			programs: t.Get("for"), secret: t.Get("secret") == "true"})
	}
	return out
}

func (f field) env() string { return envPrefix + strings.ToUpper(strings.ReplaceAll(f.name, "-", "_")) }

func (f field) usedBy(program string) bool {
	return f.programs == "" || slices.Contains(strings.Split(f.programs, ","), program)
}

func (f field) set(s string) error {
	switch p := f.value.Addr().Interface().(type) {
	case *string:
		*p = s
	case *bool:
		*p = false
		if s != "" {
			b, err := strconv.ParseBool(s)
			if err != nil {
				return fmt.Errorf("%q is neither true nor false", s)
			}
			*p = b
		}
	case *int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", s)
		}
		*p = n
	case *[]string:
		*p = nil
		for _, x := range strings.Split(s, ",") {
			if x = strings.TrimSpace(x); x != "" {
				*p = append(*p, x)
			}
		}
	case interface{ UnmarshalText([]byte) error }:
		return p.UnmarshalText([]byte(s))
	default:
		return fmt.Errorf("setting %s has a type that cannot be read", f.name)
	}
	return nil
}

// flagValue lets the flag package set a field.
type flagValue struct{ f field }

func (v *flagValue) Set(s string) error { return v.f.set(s) }
func (v *flagValue) IsBoolFlag() bool   { return v.f.value.IsValid() && v.f.value.Kind() == reflect.Bool }
func (v *flagValue) String() string {
	if !v.f.value.IsValid() || (v.f.secret && v.f.preset == "") {
		return ""
	}
	return v.f.preset
}

func find(fields []field, env string) (f *field, file bool) {
	for i := range fields {
		if fields[i].env() == env {
			return &fields[i], false
		}
		if fields[i].secret && fields[i].env()+"_FILE" == env {
			return &fields[i], true
		}
	}
	return nil, false
}

func known(fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.env())
	}
	return strings.Join(names, " ")
}

func isTestHook(name string) bool {
	return slices.ContainsFunc(testHooks, func(h string) bool { return strings.HasPrefix(name, h) })
}
