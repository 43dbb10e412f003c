// Package template holds template.yaml to the code that it deploys: functions,
// routes, environment, permissions, the stream's filter. Every check is a
// function over the parsed template; mutations_test.go breaks the template in
// ways that happen and asks that a check reports each.
package template

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const root = "../../"

// object is a mapping of the template. Intrinsic functions of one argument
// read as they are written: "!Ref Table", "!GetAtt Table.Arn".
type object = map[string]any

// check returns what is wrong with a template.
type check func(object) []error

var checks = map[string]check{
	"alarms":        checkAlarms,
	"authorizer":    checkAuthorizer,
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
	"routes":        checkRoutes,
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
	o, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func read(text string) (object, error) {
	o, err := parse(text)
	if err != nil {
		return nil, err
	}
	if o, err = expand(o); err != nil {
		return nil, err
	}
	return o, attachPolicies(o)
}

// attachPolicies moves each policy that is a resource of its own to the others
// of its role: IAM knows no difference.
func attachPolicies(template object) error {
	for id, policy := range ofType(template, "AWS::IAM::RolePolicy") {
		roleID, isRef := strings.CutPrefix(fmt.Sprint(at(policy, "RoleName")), "!Ref ")
		role := properties(template, roleType, roleID)
		if !isRef || role == nil {
			return fmt.Errorf("%s has no role of this template", id)
		}
		for _, other := range listAt(role, "Policies") {
			if at(other, "PolicyName") == at(policy, "PolicyName") {
				return fmt.Errorf("%s has the name of another policy of %s", id, roleID)
			}
		}
		policy[attachedBy] = id
		role["Policies"] = append(listAt(role, "Policies"), policy)
		delete(template["Resources"].(object), id)
	}
	return nil
}

// attachedBy is where a policy has the id of its resource, if it is one.
const attachedBy = "resource"

// parse reads a template, or any YAML or JSON object.
func parse(text string) (object, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 {
		return nil, fmt.Errorf("not one document")
	}
	v, err := valueOf(document.Content[0])
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("not an object")
	}
	return o, nil
}

func valueOf(n *yaml.Node) (any, error) {
	var v any
	switch n.Kind {
	case yaml.ScalarNode:
		if isIntrinsic(n.Tag) {
			return n.Tag + " " + n.Value, nil
		}
		return v, n.Decode(&v)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			item, err := valueOf(c)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		v = list
	case yaml.MappingNode:
		o := make(object, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if _, twice := o[name]; twice {
				return nil, fmt.Errorf("line %d: %s is there twice", n.Content[i].Line, name)
			}
			item, err := valueOf(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			o[name] = item
		}
		v = o
	default:
		return nil, fmt.Errorf("line %d: CloudFormation takes no aliases", n.Line)
	}
	if isIntrinsic(n.Tag) {
		v = object{n.Tag: v}
	}
	return shortForm(v), nil
}

func isIntrinsic(tag string) bool {
	return strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!")
}

// shortForm makes of {"Ref": "X"} what is written !Ref X: the translator
// writes only the long form.
func shortForm(v any) any {
	o, ok := v.(object)
	if !ok || len(o) != 1 {
		return v
	}
	for name, argument := range o {
		tag := "!" + strings.TrimPrefix(name, "Fn::")
		switch {
		case isIntrinsic(name):
			tag = name
		case name != "Ref" && tag == "!"+name || strings.HasPrefix(name, forEach):
			return v
		}
		if parts, ok := argument.([]any); ok && tag == "!GetAtt" && len(parts) == 2 && !isIntrinsic(fmt.Sprint(parts[0])) {
			argument = fmt.Sprint(parts[0], ".", parts[1])
		}
		if s, ok := argument.(string); ok {
			return tag + " " + s
		}
		return object{tag: argument}
	}
	return v
}

// at follows names and returns nil where there is none.
func at(v any, names ...string) any {
	for _, name := range names {
		o, _ := v.(object)
		v = o[name]
	}
	return v
}

func objectAt(v any, names ...string) object {
	o, _ := at(v, names...).(object)
	return o
}

// listAt is a list of one where the template has a single value for a list.
func listAt(v any, names ...string) []any {
	switch v := at(v, names...).(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// ofType returns the properties of all resources of a type, by logical id.
func ofType(template object, resourceType string) map[string]object {
	found := make(map[string]object)
	for id, r := range objectAt(template, "Resources") {
		if at(r, "Type") == resourceType {
			found[id] = objectAt(r, "Properties")
		}
	}
	return found
}

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
