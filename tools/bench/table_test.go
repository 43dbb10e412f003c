package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	const printed = `goos: linux
BenchmarkInspect-2   	      51	  20321281 ns/op
BenchmarkUseCases/sqlite/list-of-25/clients=8-2         	       1	       703.3 cpu-µs	       351.65 floor-cpu-µs	      1600 floor-p50-µs	      5860 floor-p99-µs	      4800 p50-µs	     9600 p99-µs
PASS
`
	var out strings.Builder
	table(&out, rows(printed))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	last := strings.Join(strings.Fields(lines[len(lines)-1]), " ")
	if want := "sqlite list of 25 8 0.35 0.70 2.00 1.60 4.80 3.00 9.60 2.00 3.66"; last != want || len(lines) != 4 {
		t.Errorf("the table is\n%s\nand not a heading and\n%s", out.String(), want)
	}
}
