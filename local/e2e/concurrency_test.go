package e2e

import (
	"sync"
	"testing"
)

// together calls f n times at the same time and returns the answers.
func together(n int, f func(i int) answer) []answer {
	answers := make([]answer, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			answers[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// tally counts answers by what they said.
func tally(answers []answer) map[string]int {
	counts := map[string]int{}
	for _, a := range answers {
		switch {
		case a.status == 200:
			counts[a.body["shares"].([]any)[0].(object)["result"].(string)]++
		case a.body != nil:
			counts[a.body["code"].(string)]++
		}
	}
	return counts
}

func TestR03HoldsFor200SharersAtOnce(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner := w.project("owner")
		img := w.image(owner, "img", nil)
		targets, token := w.projects("target", 200), w.tenant(owner)
		got := tally(together(len(targets), func(i int) answer {
			return w.send(token, "POST", sharesPath(owner, img), shareBody(targets[i]))
		}))
		if got["created"] != 50 || got["ShareLimitExceeded"] != 150 {
			t.Errorf("answers %v, not 50 created and 150 ShareLimitExceeded", got)
		}
		w.send(token, "GET", sharesPath(owner, img), nil).is(200).has("shareCount", 50)
		w.send(token, "GET", imagePath(owner, img), nil).is(200).has("shareCount", 50)
	})
}

func TestFiftySharersOfOneProjectMakeOneShare(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", nil)
		token := w.tenant(owner)
		got := tally(together(50, func(int) answer {
			return w.send(token, "POST", sharesPath(owner, img), shareBody(target))
		}))
		if got["created"] != 1 || got["unchanged"] != 49 {
			t.Errorf("answers %v, not 1 created and 49 unchanged", got)
		}
		w.send(token, "GET", sharesPath(owner, img), nil).is(200).has("shareCount", 1)
	})
}

func TestTheLastSlotGoesToOneOfTen(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner := w.project("owner")
		img := w.image(owner, "img", nil)
		targets, token := w.projects("target", 59), w.tenant(owner)
		w.share(owner, img, targets[:49]...).is(200)
		got := tally(together(10, func(i int) answer {
			return w.send(token, "POST", sharesPath(owner, img), shareBody(targets[49+i]))
		}))
		if got["created"] != 1 || got["ShareLimitExceeded"] != 9 {
			t.Errorf("answers %v, not 1 created and 9 ShareLimitExceeded", got)
		}
		w.send(token, "GET", sharesPath(owner, img), nil).is(200).has("shareCount", 50)
	})
}
