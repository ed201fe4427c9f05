package bbi_test

import (
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
	blocks, err := track.Blocks("chrC", []bbi.Range{{Start: 1000, End: 1400}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var d bbi.Decoder
	for _, b := range blocks {
		list, err := track.Read(b, b.End, &d)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, v := range list[:3] {
			fmt.Println(v.Start, v.End, v.Value)
		}
	}
	// Output:
	// 1000 1100 0
	// 1200 1300 0.5
	// 1400 1500 1
}
