package template

// checkSchedule asks that the inspections begin once in each hour, at the same minute: a
// slice is one of an hour (shared/repair).
func checkSchedule(template object) []error {
	var r report
	r.want("the triggers of repair", function(template, "repair")["Events"], object{"EveryHour": object{
		"Type": "Schedule", "Properties": object{"Schedule": "cron(17 * * * ? *)"},
	}})
	return r
}
