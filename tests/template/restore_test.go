package template

import (
	"fmt"
	"maps"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
)

const dynamoDBArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/"

func streamOf(table string) string { return dynamoDBArn + table + "/stream/2026-11-24T02:51:33.734" }

// byName names the stack's own table as every other one is named: to the roles
// it is the same.
func byName(resource any) string {
	return strings.NewReplacer("Table.StreamArn", streamOf("Table"), "Table.Arn", dynamoDBArn+"Table").Replace(fmt.Sprint(resource))
}

// restoreStep is a deployment of a restore: the table in use after it, and that
// which may be used besides.
type restoreStep struct{ name, used, besides string }

// restoreSteps are those of the runbook, for two restores one after the other,
// the second with a change of mind.
var restoreSteps = []restoreStep{
	{"", "Table", ""},
	{"grant", "Table", "first"}, {"switch", "first", "Table"}, {"revoke", "first", ""},
	{"grant", "first", "second"}, {"switch", "second", "first"}, {"back", "first", "second"}, {"switch", "second", "first"}, {"revoke", "second", ""},
}

// restoreCommands are the deployments of the runbook's section, in its order.
var restoreCommands = regexp.MustCompile(`(?m)^ *(deploy .*(?:\\\n.*)*)$`)

// overridesOf runs a step's command of the runbook in a shell: what it gives to
// sam deploy.
func overridesOf(step, used, next string) (map[string]string, error) {
	key := [3]string{step, used, next}
	if known, ok := overridesRun[key]; ok {
		return known, nil
	}
	commands := restoreCommands.FindAllStringSubmatch(operations(), -1)
	i := strings.Index("grant switch back revoke", step)
	if len(commands) != 4 || i < 0 {
		return nil, fmt.Errorf("the runbook has %d deployments of a restore", len(commands))
	}
	command := commands[strings.Count("grant switch back revoke"[:i], " ")][1]
	shell := exec.Command("bash", "-euc", `stream() { echo "`+streamOf("$1")+`"; }; deploy() { echo "$*"; }; `+command)
	shell.Env = []string{"USED=" + used, "NEXT=" + next}
	out, err := shell.Output()
	values := map[string]string{}
	for pair := range strings.FieldsSeq(string(out)) {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	overridesRun[key] = values
	return values, err
}

var overridesRun = map[[3]string]map[string]string{}

// checkRestore asks that a restore, and one after it, takes nothing away from
// functions that still need it: permission for the next table comes in a
// deployment before the functions use it, and that for the former one goes in
// a deployment after; and that what is retained stays as it is.
func checkRestore(template object) []error {
	var r report
	parameters := map[string]string{} // a parameter that is not named keeps its value
	var retained object
	used, next := "Table", "first"
	for i, step := range restoreSteps {
		if step.name == "grant" {
			used, next = step.used, step.besides
		}
		name := fmt.Sprintf("%d. %s", i, step.name)
		if step.name != "" {
			overrides, err := overridesOf(step.name, used, next)
			if err != nil {
				return append(r, err)
			}
			maps.Copy(parameters, overrides)
		}
		d, err := deployed(template, parameters)
		if err != nil {
			return append(r, fmt.Errorf("%s: %w", name, err))
		}
		checkTablesOfRoles(&r, d.Template, name, step)
		for _, folder := range watchedFolders() {
			r.want(name+": the table of "+folder, at(function(d.Template, folder), "Environment", "Variables", "TABLE_NAME"), step.used)
			if readsStream(folder) {
				r.want(name+": the stream of "+folder, byName(at(streamEvent(d.Template, folder), "Stream")), streamOf(step.used))
			}
		}
		r.want(name+": TableName", at(d.Template, "Outputs", "TableName", "Value"), step.used)
		checkWatchedTable(&r, d.Template, name, step.used)
		if retained == nil {
			retained = retainedOf(d.Template)
		}
		if now := retainedOf(d.Template); len(now) == 0 || !reflect.DeepEqual(now, retained) {
			r.errorf("%s: what is retained is %v, and was %v", name, now, retained)
		}
	}
	return r
}

// retainedOf are the resources that outlive the stack, whatever it does to them.
func retainedOf(template object) object {
	kept := object{}
	for id, resource := range objectAt(template, "Resources") {
		if at(resource, "DeletionPolicy") != nil || at(resource, "UpdateReplacePolicy") != nil {
			kept[id] = resource
		}
	}
	return kept
}

// checkTablesOfRoles asks that whoever may do something to a table may do it to
// the tables of the step, and to no other.
func checkTablesOfRoles(r *report, template object, name string, step restoreStep) {
	for id, role := range ofType(template, roleType) {
		for _, policy := range listAt(role, "Policies") {
			for _, statement := range listAt(policy, "PolicyDocument", "Statement") {
				if !strings.HasPrefix(fmt.Sprint(listAt(statement, "Action")[0]), "dynamodb:") {
					continue
				}
				got, want := map[string]bool{}, map[string]bool{}
				for _, resource := range listAt(statement, "Resource") {
					got[byName(resource)] = true
				}
				for _, table := range []string{step.used, step.besides} {
					switch {
					case table == "":
					case strings.Contains(fmt.Sprint(listAt(statement, "Action")), "GetShardIterator"):
						want[streamOf(table)] = true
					case strings.Contains(fmt.Sprint(listAt(statement, "Resource")), "/index/"):
						want[dynamoDBArn+table+"/index/gsi1"] = true
					default:
						want[dynamoDBArn+table] = true
					}
				}
				sameSet(r, fmt.Sprintf("%s: %s: %v", name, id, at(statement, "Action")), got, want)
			}
		}
	}
}

func checkWatchedTable(r *report, template object, step, table string) {
	for id, alarm := range ofType(template, alarmType) {
		for _, m := range listAt(alarm, "Metrics") {
			for _, dimension := range listAt(m, "MetricStat", "Metric", "Dimensions") {
				if at(dimension, "Name") == "TableName" {
					r.want(step+": the table that "+id+" watches", at(dimension, "Value"), table)
				}
			}
		}
	}
	body := fmt.Sprint(at(properties(template, "AWS::CloudWatch::Dashboard", "Dashboard"), "DashboardBody"))
	if !strings.Contains(body, `"TableName", "`+table+`"`) {
		r.errorf("%s: the dashboard does not show %s", step, table)
	}
}
