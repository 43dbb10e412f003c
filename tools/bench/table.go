package main

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
)

// row is one use case on one store, as so many clients send it.
type row struct {
	store, useCase, clients string
	metrics                 map[string]float64 // by their units
}

// useCase is a line of tests/performance; the number at its end is GOMAXPROCS.
var useCase = regexp.MustCompile(`^BenchmarkUseCases/([^/]+)/([^/]+)/clients=(\d+)(?:-\d+)?\s+\d+\s+(.*)$`)

// rows reads what benchmarks have printed, in the format of golang.org/design/14313.
func rows(printed string) (all []row) {
	for line := range strings.Lines(printed) {
		m := useCase.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		r := row{m[1], strings.ReplaceAll(m[2], "-", " "), m[3], map[string]float64{}}
		fields := strings.Fields(m[4])
		for i := 0; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r.metrics[fields[i+1]] = value
			}
		}
		all = append(all, r)
	}
	return all
}

// table prints times in milliseconds.
func table(out io.Writer, rows []row) {
	if len(rows) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprint(w, "\nCPU of the server a request, and time of a response, in ms:\n\n")
	_, _ = fmt.Fprintln(w, "store\tuse case\tclients\tCPU floor\tours\tratio\tp50 floor\tours\tratio\tp99\tp99/p50\tfloor's\t")
	for _, r := range rows {
		ms := func(unit string) string { return fmt.Sprintf("%.2f", r.metrics[unit]/1000) }
		ratio := func(a, b string) string { return fmt.Sprintf("%.2f", r.metrics[a]/r.metrics[b]) }
		_, _ = fmt.Fprintln(w, strings.Join([]string{
			r.store, r.useCase, r.clients,
			ms("floor-cpu-µs"), ms("cpu-µs"), ratio("cpu-µs", "floor-cpu-µs"),
			ms("floor-p50-µs"), ms("p50-µs"), ratio("p50-µs", "floor-p50-µs"),
			ms("p99-µs"), ratio("p99-µs", "p50-µs"), ratio("floor-p99-µs", "floor-p50-µs"), "",
		}, "\t"))
	}
	_ = w.Flush()
}
