package template

import (
	"fmt"
	"maps"
	"strings"

	"image-sharing/tests/kit/cfn"
)

// The steps of a restore, one deployment each.
var restoreSteps = []string{"none", "grant", "switch", "revoke"}

const (
	restored       = "stack-Table-restored"
	restoredStream = "arn:aws:dynamodb:eu-west-1:123456789012:table/" + restored + "/stream/2026-11-24T02:51:33.734"
)

// checkRestore asks that a restore takes nothing away from functions that still
// need it: permission for the restored table comes in a deployment before the
// functions use it, and that for the former one goes in a deployment after.
func checkRestore(template object) []error {
	var r report
	uses := map[string]string{"none": "Table", "grant": "Table", "switch": restored, "revoke": restored}
	grants := map[string]map[string]string{
		"none": {"Table": "Table.Arn"}, "revoke": {restored: "arn:aws:dynamodb:eu-west-1:123456789012:table/" + restored},
	}
	both := maps.Clone(grants["none"])
	maps.Copy(both, grants["revoke"])
	grants["grant"], grants["switch"] = both, both
	for _, step := range restoreSteps {
		d, err := cfn.DeployedWith(template, map[string]string{"Restore": step, "RestoredTable": restored, "RestoredStream": restoredStream})
		if err != nil {
			return append(r, err)
		}
		checkTablesOfRoles(&r, d.Template, step, grants[step])
		for _, folder := range watchedFolders() {
			r.want(step+": the table of "+folder, at(function(d.Template, folder), "Environment", "Variables", "TABLE_NAME"), uses[step])
		}
		stream := map[string]string{"Table": "Table.StreamArn", restored: restoredStream}[uses[step]]
		r.want(step+": the stream", at(streamEvent(d.Template), "Stream"), stream)
		r.want(step+": TableName", at(d.Template, "Outputs", "TableName", "Value"), uses[step])
		checkWatchedTable(&r, d.Template, step, uses[step])
	}
	return r
}

// checkTablesOfRoles asks that whoever may do something to a table may do it to
// these tables, and to no other.
func checkTablesOfRoles(r *report, template object, step string, tables map[string]string) {
	for id, role := range ofType(template, roleType) {
		for _, policy := range listAt(role, "Policies") {
			for _, statement := range listAt(policy, "PolicyDocument", "Statement") {
				if !strings.HasPrefix(fmt.Sprint(listAt(statement, "Action")[0]), "dynamodb:") {
					continue
				}
				got, want := map[string]bool{}, map[string]bool{}
				for _, resource := range listAt(statement, "Resource") {
					got[fmt.Sprint(resource)] = true
				}
				for name, arn := range tables {
					switch {
					case strings.Contains(fmt.Sprint(listAt(statement, "Action")), "GetShardIterator"):
						arn = map[bool]string{true: restoredStream, false: "Table.StreamArn"}[name == restored]
					case strings.Contains(fmt.Sprint(listAt(statement, "Resource")), "/index/"):
						arn += "/index/gsi1"
					}
					want[arn] = true
				}
				sameSet(r, fmt.Sprintf("%s: %s: %v", step, id, at(statement, "Action")), got, want)
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
