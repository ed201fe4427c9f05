package cli

import (
	"flag"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

// common are the options of every command that computes.
type common struct {
	out         string
	threads     int
	memory      byteSize
	aliasesPath string
}

func (c *common) register(fs *flag.FlagSet) {
	c.memory = 1 << 30
	fs.StringVar(&c.out, "out", "", "`folder` to write into; it is made (required)")
	fs.IntVar(&c.threads, "threads", runtime.GOMAXPROCS(0), "number of `cores` to use; the result does not depend on it")
	fs.Var(&c.memory, "memory", "memory to keep to, as 512MiB or 2GiB")
	fs.StringVar(&c.aliasesPath, "aliases", "", "`file` of further names of chromosomes: a name and the one it stands for, tab separated")
}

func (c *common) check() error {
	if c.out == "" {
		return usagef("--out is missing")
	}
	if c.threads < 1 {
		return usagef("--threads must be at least 1")
	}
	return nil
}

// byteSize is a number of bytes with a unit: KiB, MiB, GiB (or K, M, G, meaning the same).
type byteSize int64

func (b *byteSize) String() string { return fmt.Sprintf("%dMiB", int64(*b)>>20) }

func (b *byteSize) Set(text string) error {
	number := strings.TrimRight(text, "KMGTiBkmgtb")
	unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(text[len(number):]), "B"), "I")
	shift := map[string]int{"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
	n, err := strconv.ParseFloat(number, 64)
	bits, ok := shift[unit]
	if err != nil || !ok || !(n > 0) || n*math.Exp2(float64(bits)) >= 1<<62 {
		return fmt.Errorf("not a size like 512MiB")
	}
	*b = byteSize(n * math.Exp2(float64(bits)))
	if *b < 16<<20 {
		return fmt.Errorf("less than 16MiB")
	}
	return nil
}

// numbers is a comma list of positive whole numbers.
type numbers []int64

func (n *numbers) String() string {
	text := make([]string, len(*n))
	for i, v := range *n {
		text[i] = strconv.FormatInt(v, 10)
	}
	return strings.Join(text, ",")
}

func (n *numbers) Set(text string) error {
	*n = nil
	for _, field := range strings.Split(text, ",") {
		v, err := strconv.ParseInt(strings.TrimSpace(field), 10, 64)
		if err != nil || v < 1 {
			return fmt.Errorf("%q is not a positive whole number", field)
		}
		*n = append(*n, v)
	}
	return nil
}

// valueList is a comma list of what cells may hold, each at most once.
type valueList []pileup.Value

func (l *valueList) String() string {
	text := make([]string, len(*l))
	for i, v := range *l {
		text[i] = string(v)
	}
	return strings.Join(text, ",")
}

func (l *valueList) Set(text string) error {
	*l = nil
	for _, field := range strings.Split(text, ",") {
		v := pileup.Value(strings.TrimSpace(field))
		if v != pileup.ICCF && v != pileup.OE && v != pileup.Raw {
			return fmt.Errorf("%q is none of iccf, oe, raw", field)
		}
		if l.has(v) {
			return fmt.Errorf("%s is asked for twice", v)
		}
		*l = append(*l, v)
	}
	return nil
}

func (l *valueList) has(v pileup.Value) bool { return slices.Contains(*l, v) }

// pair is one window and bin of a grid, or one percent.
type pair struct {
	window, bin int64
	percent     int
}

// folder is where the pair's results go when there are several.
func (p pair) folder() string {
	if p.percent > 0 {
		return fmt.Sprintf("variable_%d", p.percent)
	}
	return fmt.Sprintf("%d_%d", p.window, p.bin)
}

// pairs puts comma lists of equal length together. binFlag names the option of the bins in messages.
func pairs(windows, bins, percents numbers, binFlag string) ([]pair, error) {
	var list []pair
	switch {
	case len(percents) > 0 && len(windows)+len(bins) > 0:
		return nil, usagef("give --window and --%s, or --percent, not both", binFlag)
	case len(percents) > 0:
		for _, p := range percents {
			if p > 100 {
				return nil, usagef("--percent: %d is more than 100", p)
			}
			list = append(list, pair{percent: int(p)})
		}
	case len(windows) == 0 || len(bins) == 0:
		return nil, usagef("give --window and --%s, or --percent", binFlag)
	case len(windows) != len(bins):
		return nil, usagef("--window lists %d sizes and --%s %d: they go in pairs", len(windows), binFlag, len(bins))
	default:
		for i := range windows {
			list = append(list, pair{window: windows[i], bin: bins[i]})
		}
	}
	seen := make(map[pair]bool)
	for _, p := range list {
		if seen[p] {
			return nil, usagef("%s is asked for twice", p.folder())
		}
		seen[p] = true
	}
	return list, nil
}

// choice checks an option with fixed values.
func choice(name, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return usagef("--%s: %q is none of %s", name, value, strings.Join(allowed, ", "))
}

// orient decides whether arrays are turned by strand: as told, or (auto) when the set has both strands.
func orient(option string, regions []genome.Region) (oriented bool, name string) {
	if option == "strand" || option == "auto" && pileup.BothStrands(regions) {
		return true, "strand"
	}
	return false, "none"
}
