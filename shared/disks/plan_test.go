package disks

import (
	"testing"

	"pgregory.net/rapid"
)

// TestThePartsCoverADisk of any size that an object can have, as S3 wants them.
func TestThePartsCoverADisk(t *testing.T) {
	const most = 48 << 40
	rapid.Check(t, func(test *rapid.T) {
		size := rapid.OneOf(
			rapid.Int64Range(0, most),
			rapid.SampledFrom([]int64{0, 1, LeastPartSize, LeastPartSize + 1, maxParts * LeastPartSize, maxParts*LeastPartSize + 1, most}),
		).Draw(test, "size")
		p, err := planOf(size, LeastPartSize)
		if err != nil || p.partSize < LeastPartSize || p.partSize > maxPartSize || p.count() > maxParts {
			test.Fatalf("%d bytes are %d parts of %d, %v", size, p.count(), p.partSize, err)
		}
		if p.single() != (p.count() <= 1) {
			test.Fatalf("%d parts are one: %v", p.count(), p.single())
		}
		var next int64
		for i := range p.count() {
			first, length := p.part(i)
			if first != next || length != p.partSize && i < p.count()-1 || length < 1 || length > p.partSize {
				test.Fatalf("part %d of %+v is %d from %d", i, p, length, first)
			}
			next += length
		}
		if next != size {
			test.Fatalf("the parts end at %d of %d", next, size)
		}
	})
	if _, err := planOf(maxParts*maxPartSize+1, LeastPartSize); err == nil {
		t.Error("a disk is cut into parts that S3 does not take")
	}
}
