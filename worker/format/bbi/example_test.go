package bbi_test

import (
	"context"
	"fmt"
	"os"

	"regioscope/worker/format/bbi"
)

func Example() {
	file, err := os.Open("testdata/mixed.bw")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		fmt.Println(err)
		return
	}
	track, err := bbi.Open(file, info.Size())
	if err != nil {
		fmt.Println(err)
		return
	}
	err = track.Intervals(context.Background(), "chrC", []bbi.Range{{Start: 1000, End: 1400}}, 2,
		func(start, end []uint32, value []float32) error {
			for i := range start[:3] {
				fmt.Println(start[i], end[i], value[i])
			}
			return nil
		})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1000 1100 0
	// 1200 1300 0.5
	// 1400 1500 1
}
