package enrich

import (
	"math"
	"math/big"
	"math/rand"
	"slices"
	"testing"
)

// exact is −log10 of both tails by whole numbers, summed without rounding.
func exact(a, b, c, d int64) (greater, less float64) {
	hit, miss, query := a+b, c+d, a+c
	up, down := new(big.Int), new(big.Int)
	first := max(0, query-miss)
	ways := new(big.Int).Binomial(hit, first)
	ways.Mul(ways, new(big.Int).Binomial(miss, query-first))
	for x := first; x <= min(query, hit); x++ {
		if x >= a {
			up.Add(up, ways)
		}
		if x <= a {
			down.Add(down, ways)
		}
		ways.Mul(ways, big.NewInt((hit-x)*(query-x)))
		ways.Quo(ways, big.NewInt((x+1)*(miss-query+x+1)))
	}
	all := new(big.Int).Binomial(hit+miss, query)
	log := func(v *big.Int) float64 {
		// 1 − v/all keeps the digits where p is near 1.
		rest := new(big.Rat).SetFrac(new(big.Int).Sub(all, v), all)
		if r, _ := rest.Float64(); r < 0.5 {
			return -math.Log1p(-r) / math.Ln10
		}
		ratio := new(big.Float).SetPrec(200).Quo(new(big.Float).SetInt(v), new(big.Float).SetInt(all))
		mantissa := new(big.Float)
		exponent := ratio.MantExp(mantissa)
		m, _ := mantissa.Float64()
		return -(math.Log10(m) + float64(exponent)*math.Log10(2))
	}
	return log(up), log(down)
}

func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)+4e-15
}

func TestFisherIsExact(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for i := range 800 {
		scale := []int64{3, 10, 50, 400}[i%4]
		a, b, c, d := rng.Int63n(scale), rng.Int63n(scale), rng.Int63n(scale), rng.Int63n(8*scale)
		greater, less := fisher(a, b, c, d)
		wantG, wantL := exact(a, b, c, d)
		if !near(greater, wantG, 1e-11) || !near(less, wantL, 1e-11) {
			t.Fatalf("%d %d %d %d: %.17g and %.17g, want %.17g and %.17g", a, b, c, d, greater, less, wantG, wantL)
		}
	}
}

// Tails by exact whole numbers, Python 3.11 (math.comb and decimal with 60 digits); scipy 1.10.1 stats.fisher_exact agrees
// in all digits that it has where p is above 1e-300, and gives 0 below. Ends of intervals: scipy 1.10.1
// stats.contingency.odds_ratio(table, kind="sample").confidence_interval(0.95).
func TestFisherAndIntervalsOfLargeTables(t *testing.T) {
	nan := math.NaN()
	for _, w := range []struct {
		a, b, c, d               int64
		greater, less, low, high float64
	}{
		{441, 167, 1948, 14422, 247.251789457588, 0, 16.260555389813756, 23.50617358179142},
		{0, 593, 2389, 13996, 0, 39.8098734969652, nan, nan},
		{3, 1, 1, 3, 0.614649118635983, 0.00624894927700151, 0.36663693192554553, 220.92700692915736},
		{10, 0, 0, 10, 5.26659855112413, 0, nan, nan},
		{1, 9, 11, 3, 1.4615082429851e-05, 2.86020649295692, 0.002671575637462158, 0.3437198755183587},
		{5, 5, 5, 5, 0.172721795734083, 0.172721795734083, 0.1732455925343038, 5.772152615091742},
		{1999, 3, 17, 3000, 1412.79861899567, 0, 34415.53793663234, 401766.001886815},
		{850, 452, 4981, 20546, 264.486340728956, 0, 6.892046918347089, 8.73040197828686},
		{5747, 20018, 84, 980, 34.6073688600466, 3.1808232007653e-36, 2.675225021026082, 4.193477199323151},
		{3689, 31484, 428, 26327, 495.087958721581, 0, 6.51228184321388, 7.976631401492323},
		{4117, 0, 0, 57811, 6571.97266676923, 0, nan, nan},
		{2000, 1000, 3000, 194000, 2581.84790256473, 0, 118.9085265580774, 140.67209135705872},
		{700, 30000, 9000, 270000, 7.70487289488068e-22, 20.5944927316887, 0.6475876981145041, 0.756654274666842},
		{0, 0, 5, 5, 0, 0, nan, nan},
		{5, 0, 5, 0, 0, 0, nan, nan},
		{0, 0, 0, 7, 0, 0, nan, nan},
		{0, 0, 0, 0, 0, 0, nan, nan},
	} {
		greater, less := fisher(w.a, w.b, w.c, w.d)
		if !near(greater, w.greater, 1e-12) || !near(less, w.less, 1e-12) {
			t.Errorf("%+v: −log10 p %.15g and %.15g", w, greater, less)
		}
		if math.IsNaN(w.low) {
			continue
		}
		ratio, low, high, flag := oddsRatio(w.a, w.b, w.c, w.d)
		if !near(low, w.low, 1e-12) || !near(high, w.high, 1e-12) || flag != Finite || !near(ratio, float64(w.a)*float64(w.d)/(float64(w.b)*float64(w.c)), 1e-15) {
			t.Errorf("%+v: odds ratio %v, %v to %v", w, ratio, low, high)
		}
	}
}

// 0 and infinity: the interval is that of the table with a half in every cell, up to the extreme.
func TestOddsRatiosWithoutANumber(t *testing.T) {
	_, halfLow, halfHigh, _ := oddsRatio(1, 1187, 4779, 27993) // twice (0.5, 593.5, 2389.5, 13996.5)
	middle := math.Log(0.5) + math.Log(13996.5) - math.Log(593.5) - math.Log(2389.5)
	if centre := (math.Log(halfLow) + math.Log(halfHigh)) / 2; !near(centre, middle, 1e-12) {
		t.Fatalf("the test is wrong: %v, %v", centre, middle)
	}
	want := math.Exp(middle + z95*math.Sqrt(1/0.5+1/593.5+1/2389.5+1/13996.5))
	if ratio, low, high, flag := oddsRatio(0, 593, 2389, 13996); ratio != 0 || low != 0 || !near(high, want, 1e-12) || flag != Finite {
		t.Errorf("0: %v, %v to %v, %v", ratio, low, high, flag)
	}
	if ratio, low, high, flag := oddsRatio(2389, 13996, 0, 593); !math.IsNaN(ratio) || !near(low, 1/want, 1e-12) || !math.IsNaN(high) || flag != Infinite {
		t.Errorf("infinite: %v, %v to %v, %v", ratio, low, high, flag)
	}
	for _, w := range [][4]int64{{0, 0, 3, 4}, {3, 4, 0, 0}, {0, 3, 0, 4}, {3, 0, 4, 0}, {0, 0, 0, 0}} {
		if ratio, low, high, flag := oddsRatio(w[0], w[1], w[2], w[3]); !math.IsNaN(ratio) || !math.IsNaN(low) || !math.IsNaN(high) || flag != Undefined {
			t.Errorf("%v: %v, %v to %v, %v", w, ratio, low, high, flag)
		}
	}
}

// Both tails overlap in the table itself, so p and p' add up to 1 plus its probability; exchanging rows, or columns,
// exchanges the tails; transposing changes nothing.
func TestFisherSymmetries(t *testing.T) {
	rng := rand.New(rand.NewSource(2))
	for range 500 {
		a, b, c, d := rng.Int63n(500), rng.Int63n(3000), rng.Int63n(3000), rng.Int63n(100_000)
		greater, less := fisher(a, b, c, d)
		total := math.Pow(10, -greater) + math.Pow(10, -less)
		if want := 1 + math.Exp(logHypergeometric(a, a+b, c+d, a+c)); !near(total, want, 1e-11) {
			t.Errorf("%d %d %d %d: the tails add up to %v, want %v", a, b, c, d, total, want)
		}
		swapG, swapL := fisher(b, a, d, c)
		if !near(swapG, less, 1e-10) || !near(swapL, greater, 1e-10) {
			t.Errorf("%d %d %d %d: %v %v, columns exchanged %v %v", a, b, c, d, greater, less, swapG, swapL)
		}
		turnG, turnL := fisher(a, c, b, d)
		if !near(turnG, greater, 1e-10) || !near(turnL, less, 1e-10) {
			t.Errorf("%d %d %d %d: %v %v, transposed %v %v", a, b, c, d, greater, less, turnG, turnL)
		}
	}
}

// The 15 p-values of the example of Benjamini & Hochberg (1995); adjusted by hand: p·15/rank, and the minimum from the
// right (the sixth, 0.0278·15/6, gives way to the seventh).
func TestFalseDiscovery(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	want := []float64{0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
		0.5811818181818182, 0.714875, 0.7532307692307693, 0.8132142857142857, 1}
	order := rand.New(rand.NewSource(3)).Perm(len(p))
	in := make([]float64, len(p))
	for i, at := range order {
		in[i] = -math.Log10(p[at])
	}
	out := falseDiscovery(in)
	for i, at := range order {
		if got := math.Pow(10, -out[i]); !near(got, want[at], 1e-12) {
			t.Errorf("p %v: q %v, want %v", p[at], got, want[at])
		}
	}
	if got := falseDiscovery([]float64{5000, 5000, 0, 0}); !slices.Equal(got, []float64{5000 - math.Log10(2), 5000 - math.Log10(2), 0, 0}) {
		t.Errorf("tiny p: %v", got)
	}
	if len(falseDiscovery(nil)) != 0 {
		t.Error("of nothing comes nothing")
	}
}
