package kit

import (
	"maps"
	"sync"

	"image-sharing/tests/kit/openapitest"
)

// traffic is what the environments of the binary have checked.
var traffic observed

type observed struct {
	mu    sync.Mutex
	codes map[string]int
}

func (o *observed) add(v *openapitest.Validator) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.codes == nil {
		o.codes = map[string]int{}
	}
	_, codes := v.Seen()
	for code, n := range codes {
		o.codes[code] += n
	}
}

// Codes returns how often each code was a response to a test that has ended.
func Codes() map[string]int {
	traffic.mu.Lock()
	defer traffic.mu.Unlock()
	return maps.Clone(traffic.codes)
}
