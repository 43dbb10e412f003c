package kit

import (
	"fmt"
	"sync"

	"image-sharing/local/runner"
	"image-sharing/tests/kit/asyncapitest"
)

// badEvents are the events of all services of the binary that are not as the
// AsyncAPI document says.
var badEvents struct {
	mu     sync.Mutex
	faults []string
}

func eventFaults() []string {
	badEvents.mu.Lock()
	defer badEvents.mu.Unlock()
	return badEvents.faults
}

// withEventsChecked has every event of the service held against the document.
func withEventsChecked(c runner.Config) runner.Config {
	next := c.OnEvent
	c.OnEvent = func(event []byte) {
		if err := asyncapitest.Check(event); err != nil {
			badEvents.mu.Lock()
			badEvents.faults = append(badEvents.faults, fmt.Sprintf("%v: %s", err, event))
			badEvents.mu.Unlock()
		}
		if next != nil {
			next(event)
		}
	}
	return c
}
