package stackup

import (
	"math"
	"math/bits"
	"slices"
)

// key is a number whose order is that of the floats.
func key(x float32) uint32 {
	b := math.Float32bits(x)
	return b ^ uint32(int32(b)>>31) ^ (^b & (1 << 31))
}

// fromKey gives the float back.
func fromKey(k uint32) float64 {
	return float64(math.Float32frombits(k ^ uint32(int32(^k)>>31) ^ (k & (1 << 31))))
}

const (
	bucketBits = 11
	fewKeys    = 64
)

// median is the median of the floats that keys stand for, the mean of the middle two where there are two; NaN of none.
// It reorders the keys.
//
// The keys are counted in up to 2048 buckets of equal width, and only those of the middle bucket are looked at again.
// Keys are nearly the logarithms of their floats, so that signals spread well over the buckets; and whatever the values
// are, four rounds leave one key. Quickselect takes four times as long, for it cannot foresee any comparison.
func median(keys []uint32) float64 {
	n := len(keys)
	if n == 0 {
		return math.NaN()
	}
	k := n / 2 // the upper one of the middle two
	below := uint32(0)
	for len(keys) > fewKeys {
		low, high := slices.Min(keys), slices.Max(keys)
		if low == high {
			break
		}
		shift := max(0, bits.Len32(high-low)-bucketBits)
		var counts [1 << bucketBits]int32
		for _, x := range keys {
			counts[(x-low)>>shift&(1<<bucketBits-1)]++
		}
		bucket := 0
		for k >= int(counts[bucket]) {
			k -= int(counts[bucket])
			bucket++
		}
		first := low + uint32(bucket)<<shift
		if k == 0 && bucket > 0 {
			below = greatestBelow(keys, first)
		}
		m := 0
		for _, x := range keys {
			if (x-low)>>shift == uint32(bucket) {
				keys[m] = x
				m++
			}
		}
		keys = keys[:m]
	}
	slices.Sort(keys)
	upper := fromKey(keys[k])
	switch {
	case n%2 == 1:
		return upper
	case k > 0:
		below = keys[k-1]
	}
	return (fromKey(below) + upper) / 2
}

// greatestBelow is the greatest key below a limit; there is one.
func greatestBelow(keys []uint32, limit uint32) uint32 {
	below := uint32(0)
	for _, x := range keys {
		if x < limit {
			below = max(below, x)
		}
	}
	return below
}
