package repair

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"image-sharing/shared/dynamo"
)

// slicesInTurn is in how many slices a schedule has the table inspected, one each hour: the
// whole once a week. It is an hour less than a week has, so that a slice does not always
// meet the same hour of the same weekday, which may be a bad one.
const slicesInTurn = 7*24 - 1

// scheduled is what EventBridge sends by a schedule ("AWS service events",
// Scheduled Event). Its other fields say nothing about what to do.
type scheduled struct {
	Source     string    `json:"source"`
	DetailType string    `json:"detail-type"`
	Time       time.Time `json:"time"`
}

// byHand is what a person sends.
type byHand struct {
	Slice  *int `json:"slice"`
	Slices *int `json:"slices"`
	Remove bool `json:"remove"`
}

// requestOf reads an event. removes is whether what a schedule begins removes. An error
// says what is wrong with the event.
func requestOf(event []byte, removes bool) (Request, error) {
	var s scheduled
	if err := json.Unmarshal(event, &s); err != nil {
		return Request{}, fmt.Errorf("the event is no JSON object of a schedule or a person: %w", err)
	}
	if s.Source != "" || s.DetailType != "" {
		return s.request(removes)
	}
	var p byHand
	if err := json.Unmarshal(event, &p, json.RejectUnknownMembers(true)); err != nil {
		return Request{}, fmt.Errorf(`the event is not like {"slice":0,"slices":1,"remove":false}: %w`, err)
	}
	return p.request()
}

// request is about the slice of the event's hour, so a repeat is about the same one.
func (s scheduled) request(removes bool) (Request, error) {
	if s.Source != "aws.events" || s.DetailType != "Scheduled Event" || s.Time.Unix() <= 0 {
		return Request{}, fmt.Errorf("the event is %q of %q at %s: a schedule sends a Scheduled Event of aws.events, with its time", s.DetailType, s.Source, s.Time.Format(time.RFC3339))
	}
	hour := s.Time.Unix() / 3600
	return Request{dynamo.Slice{Index: int(hour % slicesInTurn), Of: slicesInTurn}, removes}, nil
}

func (p byHand) request() (Request, error) {
	switch {
	case p.Slice == nil || p.Slices == nil:
		return Request{}, fmt.Errorf(`the event must say slice and slices: {"slice":0,"slices":1} is the whole table`)
	case *p.Slices < 1 || *p.Slices > dynamo.MostSlices:
		return Request{}, fmt.Errorf("slices is %d: it must be from 1 to %d", *p.Slices, dynamo.MostSlices)
	case *p.Slice < 0 || *p.Slice >= *p.Slices:
		return Request{}, fmt.Errorf("slice is %d: of %d it must be from 0 to %d", *p.Slice, *p.Slices, *p.Slices-1)
	}
	return Request{dynamo.Slice{Index: *p.Slice, Of: *p.Slices}, p.Remove}, nil
}
