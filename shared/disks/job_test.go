package disks

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestProgressIsToldOnceASecond, however many parts are copied in it.
func TestProgressIsToldOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := progress{told: time.Now()}
		told := 0
		for range 100 {
			time.Sleep(50 * time.Millisecond)
			if p.add(2) {
				told++
			}
		}
		if told != 5 || p.copied != 200 {
			t.Errorf("in 5 s it was told %d times, at last of %d bytes", told, p.copied)
		}
		p.finish(300)
		if p.begin(7); p.copied != 307 {
			t.Errorf("with a disk and a part there it is %d", p.copied)
		}
	})
}
