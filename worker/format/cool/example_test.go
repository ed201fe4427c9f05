package cool_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"

	"regioscope/worker/format/cool"
)

// Row sums of the balanced map around one bin, by sweeping over the pixels of its row.
func Example() {
	packed, err := os.Open("testdata/cooler.mcool.gz") // packed only to keep the project small
	if err != nil {
		fmt.Println(err)
		return
	}
	defer packed.Close()
	unpacked, _ := gzip.NewReader(packed)
	data, _ := io.ReadAll(unpacked)

	f, err := cool.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("resolutions:", f.Resolutions())
	l, err := f.Level(40)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("bins:", l.NumBins(), "weights:", l.WeightNames())
	rows, err := l.Bin1Offset()
	if err != nil {
		fmt.Println(err)
		return
	}
	row := l.ChromOffset(1) // the first bin of the second chromosome
	sum := 0.0
	err = l.Sweep(context.Background(), []cool.PixelRange{{Lo: rows[row], Hi: rows[row+1]}}, 2, func(b cool.Block) error {
		for _, v := range b.Count {
			sum += v
		}
		return nil
	})
	fmt.Println(f.Chroms()[1].Name, "row", row, "sum", sum, err)
	// Output:
	// resolutions: [20 40 100]
	// bins: 92 weights: [weight]
	// chrB row 64 sum 114 <nil>
}
