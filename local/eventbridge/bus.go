// Package eventbridge is the local stand-in for Amazon EventBridge: one bus,
// which takes events by PutEvents as EventBridge does, and shows them to whoever
// follows. Where it differs: it keeps the newest events in memory, has one target and
// no rules, and an entry for a bus that is not there is refused.
package eventbridge

import (
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MostKept is how many events a bus keeps.
const MostKept = 1000

// Config says what the bus is.
type Config struct {
	Name   string
	Region string
	// Target is given each event before its publisher hears that it is taken; an error
	// fails the entry, so that it comes again. nil for none.
	Target func(event []byte) error
	// OnEvent is called with each event as its consumers get it; nil for nobody.
	// It must not keep the bus waiting.
	OnEvent func(event []byte)
}

// account is that of everything on this machine.
const account = "000000000000"

// Bus is an event bus. It is safe for concurrent use.
type Bus struct {
	c Config

	mu     sync.Mutex
	kept   []event       // the newest, the oldest of them first
	next   int64         // the number of the next one
	more   chan struct{} // closed when there is one more
	closed chan struct{}
}

// event is one on the bus.
type event struct {
	id, detailType string
	envelope       []byte // one line of JSON
}

// New returns an empty bus.
func New(c Config) *Bus {
	return &Bus{c: c, more: make(chan struct{}), closed: make(chan struct{})}
}

// envelope is an event as a target gets it (EventBridge user guide, "Event
// structure").
type envelope struct {
	Version    string         `json:"version"`
	ID         string         `json:"id"`
	DetailType string         `json:"detail-type"`
	Source     string         `json:"source"`
	Account    string         `json:"account"`
	Time       string         `json:"time"` // whole seconds
	Region     string         `json:"region"`
	Resources  []string       `json:"resources"`
	Detail     jsontext.Value `json:"detail"`
}

// add puts an event on the bus and returns its id.
func (b *Bus) add(e entry) (id string, err error) {
	id = newID()
	detail := jsontext.Value(e.Detail)
	if err := detail.Compact(); err != nil {
		return "", err
	}
	text, err := json.Marshal(envelope{
		Version: "0", ID: id, DetailType: e.DetailType, Source: e.Source, Account: account,
		Time: e.time().Format(time.RFC3339), Region: b.c.Region, Resources: append([]string{}, e.Resources...), Detail: detail,
	})
	if err != nil {
		return "", err
	}
	if b.c.Target != nil {
		if err := b.c.Target(text); err != nil {
			return "", err
		}
	}
	b.keep(event{id, e.DetailType, text})
	if b.c.OnEvent != nil {
		b.c.OnEvent(text)
	}
	return id, nil
}

func (b *Bus) keep(e event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, e)
	b.kept = b.kept[max(0, len(b.kept)-MostKept):] // append moves it when its array is full
	b.next++
	close(b.more)
	b.more = make(chan struct{})
}

// from returns the events from the one with the number on, how many before
// those are not kept any more, the number to go on with, and what is closed when
// there are more.
func (b *Bus) from(number int64) (events []event, missed, next int64, more <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	oldest := b.next - int64(len(b.kept))
	missed = max(0, oldest-number)
	return b.kept[max(0, number-oldest):], missed, b.next, b.more
}

// after returns the number of the event after the one with the id, and of the
// oldest for an id that is not kept.
func (b *Bus) after(id string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	oldest := b.next - int64(len(b.kept))
	for i, e := range b.kept {
		if e.id == id {
			return oldest + int64(i) + 1
		}
	}
	return oldest
}

// Close ends everybody who follows. The bus goes on taking events.
func (b *Bus) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.closed:
	default:
		close(b.closed)
	}
}

// newID returns a random UUID, which EventBridge's ids are.
func newID() string {
	var u [16]byte
	_, _ = rand.Read(u[:]) // never fails
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
