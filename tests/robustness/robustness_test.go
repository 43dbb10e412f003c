// Package robustness holds the service against its specification, package model,
// whatever goes wrong. There is one of each:
//
//   - the specification: model;
//   - the traffic: random requests, as one client's sequence or those of many at
//     the same time (traffic_test.go), recorded with their responses as a history
//     (history_test.go);
//   - the failpoints: clients that hang up, transactions that are delayed, reads in
//     two parts, an index that is behind, a stream that is read late and again
//     (failpoint_test.go, linearizability_test.go), and SIGKILL of the service and
//     of DynamoDB Local (process_test.go), also amid copies of disks, which are held
//     against their sources (copies_test.go);
//   - the check: that a history is linearizable (validate_test.go), and that the
//     whole table agrees with itself.
package robustness

import (
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// The shares of DURATION. Tests that run at the same time each have all of it.
const (
	modelShare     = 0.30
	linearShare    = 0.30
	lateIndexShare = 0.10
	cleanUpShare   = 0.05
	crowdShare     = 0.05
	killShare      = 0.20
	copyShare      = 0.10
)

// onEachStore runs a test on both stores side by side, on services of its own.
func onEachStore(t *testing.T, test func(t *testing.T, store string)) {
	for _, store := range kit.Stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			test(t, store)
		})
	}
}

// sound fails the test if the whole table breaks a promise.
func sound(e *kit.Environment) {
	e.T.Helper()
	if e.Config.Store == runner.DynamoDB {
		for _, broken := range e.Inspect().Broken {
			e.T.Error(broken)
		}
	}
}
