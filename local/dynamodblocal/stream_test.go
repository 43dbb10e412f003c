package dynamodblocal

import (
	"slices"
	"testing"
)

func TestAParentIsReadBeforeItsChildren(t *testing.T) {
	s := stream{shards: map[string]*shard{
		"1": {id: "1", parent: "gone from the stream"},
		"2": {id: "2", parent: "1"},
		"3": {id: "3", parent: "1"},
		"4": {id: "4", parent: "3"},
	}}
	for _, step := range []struct {
		ends     string
		readable []string
	}{
		{"", []string{"1"}},
		{"1", []string{"2", "3"}},
		{"3", []string{"2", "4"}},
		{"2", []string{"4"}},
		{"4", nil},
	} {
		if sh := s.shards[step.ends]; sh != nil {
			sh.ended = true
		}
		var got []string
		for _, sh := range s.readable() {
			got = append(got, sh.id)
		}
		slices.Sort(got)
		if !slices.Equal(got, step.readable) {
			t.Errorf("after the end of %q, %q are readable, want %q", step.ends, got, step.readable)
		}
	}
}
