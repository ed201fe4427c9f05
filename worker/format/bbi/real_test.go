package bbi

// realFiles are public files (see the README of the shared test data) as pyBigWig 0.3.18 reads them.
var realFiles = []struct {
	file                         string
	chroms, zooms, n, nan, bases int
	sum                          float64
}{
	{"hicog_tests/test.bw", 1, 3, 100, 0, 1000000, 550000.0},
	{"hicog_tests/4DNFI29ICQ36.bw", 24, 5, 12366, 1286, 2769907594, -335888963.8845135},
	{"bw_misc/nozooms.bw", 1, 0, 3, 0, 6, 4.118548691272736},
	{"bw_misc/fixedStep.bw", 1, 2, 89, 0, 89, 7.4628990445053205},
	{"bw_misc/bigwig_chrx_2e6_5e6.bw", 1, 6, 11244, 0, 2930650, 4337100.0},
	{"bw_misc/bigwig_chr9_4000000_6000000_K562_H3K27ac.bigwig", 1, 2, 28234, 0, 2001557, 1374191.8386269808},
	{"synth_tiny1/comp.bw", 2, 3, 68613, 0, 68613000, 97467793.0183413},
	{"synth_tiny1/ctcf.bw", 2, 3, 127060, 0, 67894474, 52324323.8909302},
	{"synth_small1/comp.bw", 3, 3, 150332, 0, 150332000, 214901161.01129773},
}
