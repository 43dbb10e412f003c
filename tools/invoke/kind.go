package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"image-sharing/shared/httpapi"
)

// What an event is of, as its sender marks it.
const (
	ofGateway  = "an HTTP request"
	ofStream   = "records of the table's stream"
	ofQueue    = "messages of the queue of copies"
	ofSchedule = "an inspection of the table"
	unknown    = "none that a function here takes"
)

// triggers are what calls each function that the gateway does not.
var triggers = map[string]string{"on-image-deleted": ofStream, "on-activity": ofStream, "copy-disks": ofQueue, "repair": ofSchedule}

// checkKind returns an error that names the function that takes the event, unless that
// is this one. Lambda would call any function with anything: most respond to what they
// were not made for as if there were nothing to do.
func checkKind(function string, event []byte) error {
	var e struct {
		RouteKey string `json:"routeKey"`
		Records  []struct {
			EventSource string `json:"eventSource"`
		} `json:"Records"`
		Source string `json:"source"` // of a schedule
		Slices int    `json:"slices"` // of a person
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return fmt.Errorf("the event is no JSON object: %w", err)
	}
	kind := unknown
	switch {
	case e.RouteKey != "":
		kind = ofGateway
	case len(e.Records) > 0 && e.Records[0].EventSource == "aws:dynamodb":
		kind = ofStream
	case len(e.Records) > 0 && e.Records[0].EventSource == "aws:sqs":
		kind = ofQueue
	case e.Source == "aws.events" || e.Slices > 0:
		kind = ofSchedule
	}
	takes := takersOf(kind, e.RouteKey)
	if slices.Contains(takes, function) {
		return nil
	}
	if kind == ofGateway {
		kind += ", " + e.RouteKey
	}
	if len(takes) == 0 {
		return fmt.Errorf("the event is %s: events/README.md lists those of %s", kind, function)
	}
	return fmt.Errorf("the event is %[1]s, which %[2]s does not take: try FUNCTION=%[3]s, or an event of %[2]s from events/README.md", kind, function, strings.Join(takes, " or FUNCTION="))
}

// takersOf are the functions that take such an event.
func takersOf(kind, routeKey string) (names []string) {
	for _, f := range append(httpapi.Functions(), httpapi.Console) {
		if kind == ofGateway && slices.ContainsFunc(f.Routes, func(r httpapi.Route) bool { return r.Key() == routeKey }) {
			names = append(names, f.Name)
		}
	}
	for name, trigger := range triggers {
		if kind == trigger {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
