package budget

import (
	"testing"
	"time"
)

func TestTheEnvironmentIsReadStrictly(t *testing.T) {
	for _, c := range []struct {
		duration, seed string
		long           time.Duration
		ok             bool
	}{
		{"", "", 0, true},
		{"", "7", 0, true},
		{"20m", "7", 20 * time.Minute, true},
		{"20", "", 0, false},
		{"0s", "", 0, false},
		{"-1m", "", 0, false},
		{"", "x", 0, false},
		{"", "-1", 0, false},
	} {
		long, seed, err := read(c.duration, c.seed)
		if (err == nil) != c.ok || long != c.long || c.ok && c.seed == "7" && seed != 7 || c.duration+c.seed == "" && seed != 1 {
			t.Errorf("DURATION=%s SEED=%s is read as %s, %d, %v", c.duration, c.seed, long, seed, err)
		}
	}
}

func TestRoundsCountFromTheSeed(t *testing.T) {
	var seeds []uint64
	for seed, random := range Rounds(t, 0, 3) {
		seeds = append(seeds, seed)
		if random == nil {
			t.Fatal("no randomness")
		}
	}
	least := 3
	if Duration > 0 {
		least = leastRounds // a share of nothing
	}
	if len(seeds) != least || seeds[0] != Seed || seeds[least-1] != Seed+uint64(least-1) {
		t.Errorf("the rounds are %v", seeds)
	}
}
