// Package template holds template.yaml to the code that it deploys: functions,
// routes, environment, permissions, the stream's filter. Every check is a
// function over the parsed template; held_test.go changes each value of the
// template and asks that some check notices.
package template

import (
	"fmt"
	"os"
	"reflect"
	"testing"

	"image-sharing/tests/kit/cfn"
)

const root = "../../"

type object = cfn.Object

// check returns what is wrong with a template.
type check func(object) []error

var checks = map[string]check{
	"alarms":        checkAlarms,
	"all alarms":    checkEveryAlarmHasEpisodes,
	"authorizer":    checkAuthorizer,
	"bus":           checkBus,
	"copies":        checkCopies,
	"cors":          checkCors,
	"dashboard":     checkDashboard,
	"deployment":    checkDeployment,
	"environment":   checkEnvironment,
	"functions":     checkFunctions,
	"domain":        checkDomain,
	"logs":          checkLogs,
	"names":         checkNames,
	"options":       checkOptions,
	"outputs":       checkOutputs,
	"parameters":    checkParameters,
	"permissions":   checkPermissions,
	"queue":         checkQueue,
	"restore":       checkRestore,
	"schedule":      checkSchedule,
	"routes":        checkRoutes,
	"settings":      checkSettings,
	"stream filter": checkFilter,
	"stream":        checkStream,
	"table":         checkTable,
	"throttles":     checkThrottles,
	"time-outs":     checkTimeouts,
}

func TestTemplate(t *testing.T) {
	lines(t) // for the alarms
	template := templateOf(t, source(t))
	for name, c := range checks {
		t.Run(name, func(t *testing.T) {
			for _, err := range c(template) {
				t.Error(err)
			}
		})
	}
}

func source(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(root + "template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// templateOf returns a template's resources as they are after the transform of
// loops, with each policy in its role.
func templateOf(t *testing.T, text string) object {
	t.Helper()
	o, err := cfn.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// deployed deploys a template with some values. Many checks ask for the same.
func deployed(template object, values map[string]string) (cfn.Deployment, error) {
	if reflect.ValueOf(template).Pointer() != reflect.ValueOf(deployments.of).Pointer() {
		deployments.of, deployments.with = template, map[string]cfn.Deployment{}
	}
	key := fmt.Sprint(values)
	if known, ok := deployments.with[key]; ok {
		return known, nil
	}
	d, err := cfn.DeployedWith(template, values)
	if err == nil {
		deployments.with[key] = d
	}
	return d, err
}

var deployments struct {
	of   object
	with map[string]cfn.Deployment
}

// The reading of a template is the kit's.
var at, objectAt, listAt, ofType = cfn.At, cfn.ObjectAt, cfn.ListAt, cfn.OfType

// properties returns those of one resource; nil when it is not there or has
// another type.
func properties(template object, resourceType, id string) object {
	return ofType(template, resourceType)[id]
}

// report collects what a check finds.
type report []error

func (r *report) errorf(format string, args ...any) { *r = append(*r, fmt.Errorf(format, args...)) }

func (r *report) want(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		r.errorf("%s is %v, want %v", what, got, want)
	}
}

// sameSet reports what is missing of want and what got has besides.
func sameSet[T comparable](r *report, what string, got, want map[T]bool) {
	for v := range want {
		if !got[v] {
			r.errorf("%s: %v is missing", what, v)
		}
	}
	for v := range got {
		if !want[v] {
			r.errorf("%s: %v is too much", what, v)
		}
	}
}
