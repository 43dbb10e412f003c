package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const alarmType = "AWS::CloudWatch::Alarm"

var accessVariable = regexp.MustCompile(`\$context\.[A-Za-z.]+`)

// episode is some minutes of traffic, and what an alarm makes of it: the minute
// at whose end it rises, and the one at whose end it has fallen. -1 is never.
type episode struct {
	name         string
	alarm        string
	minutes      int                        // that it lasts
	happens      func(c *cloud, minute int) // while it lasts
	after        func(c *cloud, minute int) // afterwards; nil is silence
	rises, falls int
}

const never = -1

// minutesWatched is how long an episode is watched, or as long as it lasts.
const minutesWatched = 60

// check lets the episode happen, and compares.
func (e episode) check(r *report, c *cloud) {
	watched := max(minutesWatched, e.minutes)
	for minute := range watched {
		switch {
		case minute < e.minutes:
			e.happens(c, minute)
		case e.after != nil:
			e.after(c, minute)
		}
	}
	alarm := properties(c.d.Template, alarmType, e.alarm)
	if alarm == nil {
		r.errorf("there is no %s", e.alarm)
		return
	}
	on, err := watch(alarm, c.samples, watched)
	if err != nil {
		r.errorf("%s: %w", e.alarm, err)
		return
	}
	rises, falls := never, never
	for _, minute := range slices.Sorted(maps.Keys(on)) {
		switch {
		case on[minute] && rises == never:
			rises = minute
		case !on[minute] && rises != never && falls == never:
			falls = minute
		}
	}
	if rises != e.rises || falls != e.falls {
		r.errorf("%s: %s rises after minute %d and falls after %d, want %d and %d", e.name, e.alarm, rises, falls, e.rises, e.falls)
	}
}

// checkAlarms lets every episode happen to a new deployment.
func checkAlarms(template object) []error { return checkAlarm("")(template) }

// checkAlarm does so with the episodes of one alarm, or of all.
func checkAlarm(id string) check {
	return func(template object) []error {
		var r report
		others := func(e episode) bool { return id != "" && e.alarm != id }
		watchAll(&r, template, nil, slices.DeleteFunc(episodes(), others))
		watchAll(&r, template, map[string]string{"ConcurrencyQuota": "100"}, slices.DeleteFunc(smallQuota(), others))
		watchAll(&r, template, withBuckets, slices.DeleteFunc(withDisks(), others))
		checkAlarmActions(&r, template)
		return r
	}
}

func checkEveryAlarmHasEpisodes(template object) []error {
	var r report
	watched := map[string]bool{}
	for _, e := range slices.Concat(episodes(), withDisks()) {
		watched[e.alarm] = watched[e.alarm] || e.rises != never && e.falls != never
	}
	for id := range ofType(template, alarmType) {
		if !watched[id] {
			r.errorf("%s: no episode makes it rise and fall", id)
		}
	}
	return r
}

func watchAll(r *report, template object, values map[string]string, all []episode) {
	d, err := deployed(template, values)
	if err != nil {
		r.errorf("%w", err)
		return
	}
	for _, e := range all {
		if len(*r) > 2 { // the others would say the same
			return
		}
		e.check(r, &cloud{d, written, samples{}, map[string]map[string]float64{}})
	}
}

// checkAlarmActions asks that people are told of every alarm and of its end, if
// there is a topic, and of what to do; but not of those that stop a deployment,
// which CodeDeploy reports.
func checkAlarmActions(r *report, template object) {
	for topic, want := range map[string]any{"": nil, "arn:aws:sns:eu-west-1:123456789012:alarms": []any{"arn:aws:sns:eu-west-1:123456789012:alarms"}} {
		values := maps.Clone(withBuckets)
		values["AlarmTopicArn"], values["RunbookUrl"] = topic, "https://wiki.example/runbook"
		d, err := deployed(template, values)
		if err != nil {
			r.errorf("%w", err)
			continue
		}
		for id, alarm := range ofType(d.Template, alarmType) {
			wanted := want
			if strings.HasSuffix(id, "NewVersionAlarm") {
				wanted = nil
			}
			for _, actions := range []string{"AlarmActions", "OKActions"} {
				r.want(id+" "+actions, at(alarm, actions), wanted)
			}
			r.want(id+" InsufficientDataActions", at(alarm, "InsufficientDataActions"), nil)
			section := sectionRegexp.FindStringSubmatch(fmt.Sprint(at(alarm, "AlarmDescription")))
			if section == nil || !runbookSections()[section[1]] {
				r.errorf("%s: its description ends with no section of the runbook: %v", id, at(alarm, "AlarmDescription"))
			}
		}
	}
}

var (
	sectionRegexp = regexp.MustCompile(` https://wiki\.example/runbook#([a-z0-9-]+)$`)
	headingRegexp = regexp.MustCompile(`(?m)^##+ (.+)$`)
	anchorRegexp  = regexp.MustCompile(`[^a-z0-9 -]`)
)

// runbookSections are the anchors of docs/operations.md.
var runbookSections = sync.OnceValue(func() map[string]bool {
	sections := map[string]bool{}
	for _, heading := range headingRegexp.FindAllStringSubmatch(operations(), -1) {
		anchor := anchorRegexp.ReplaceAllString(strings.ToLower(heading[1]), "")
		sections[strings.ReplaceAll(anchor, " ", "-")] = true
	}
	return sections
})
