package template

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// samples are what was put into CloudWatch: the values of each metric by
// minute. A metric is its namespace, name and dimensions.
type samples map[string]map[int][]sample

// sample is a value that was put n times.
type sample struct {
	value float64
	n     int
}

func (s samples) put(minute int, metric string, value float64, n int) {
	if s[metric] == nil {
		s[metric] = map[int][]sample{}
	}
	if n > 0 {
		s[metric][minute] = append(s[metric][minute], sample{value, n})
	}
}

// nameOf returns a metric's name in samples, of a resource's properties.
func nameOf(m any) string {
	name := fmt.Sprint(at(m, "Namespace"), " ", at(m, "MetricName"))
	var dimensions []string
	for _, d := range listAt(m, "Dimensions") {
		dimensions = append(dimensions, fmt.Sprintf("%v=%v", at(d, "Name"), at(d, "Value")))
	}
	slices.Sort(dimensions)
	return strings.Join(append([]string{name}, dimensions...), " ")
}

// watch returns whether an alarm is on at the end of each of its periods: what
// CloudWatch would make of the samples with this alarm's own expression,
// statistics, period and threshold (CloudWatch User Guide, "Using CloudWatch
// alarms"). What is missing must count as good, as nothing calls when nothing happens, or
// as bad where something must happen.
func watch(alarm object, s samples, minutes int) (on map[int]bool, err error) {
	values, counts, period, err := valuesOf(alarm, s, minutes)
	if err != nil {
		return nil, err
	}
	window, _ := at(alarm, "EvaluationPeriods").(int)
	needed, _ := at(alarm, "DatapointsToAlarm").(int)
	missing := at(alarm, "TreatMissingData")
	if window < 1 || needed < 1 || needed > window || missing != "notBreaching" && missing != "breaching" {
		return nil, fmt.Errorf("%d of %d periods, what is missing is %v", needed, window, missing)
	}
	on = map[int]bool{}
	is := false
	for end := range minutes / period {
		if !tooFew(alarm, counts[end]) {
			breaching := 0
			for i := end - window + 1; i <= end; i++ {
				v, there := values[i]
				bad, err := breaches(alarm, v)
				if err != nil {
					return nil, err
				}
				if there && bad || !there && missing == "breaching" {
					breaching++
				}
			}
			is = breaching >= needed
		}
		on[(end+1)*period] = is
	}
	return on, nil
}

func breaches(alarm object, v float64) (bool, error) {
	threshold, err := strconv.ParseFloat(fmt.Sprint(at(alarm, "Threshold")), 64)
	if err != nil {
		return false, err
	}
	switch operator := at(alarm, "ComparisonOperator"); operator {
	case "GreaterThanThreshold":
		return v > threshold, nil
	case "GreaterThanOrEqualToThreshold":
		return v >= threshold, nil
	case "LessThanThreshold":
		return v < threshold, nil
	default:
		return false, fmt.Errorf("the operator %v", operator)
	}
}

// tooFew reports whether a percentile stands on too few values and the alarm
// says to wait then.
func tooFew(alarm object, count int) bool {
	p, isPercentile := percentile(fmt.Sprint(at(alarm, "ExtendedStatistic")))
	return isPercentile && at(alarm, "EvaluateLowSampleCountPercentile") == "ignore" && float64(count) < 10/(1-p)
}

func percentile(stat string) (float64, bool) {
	p, err := strconv.ParseFloat(strings.TrimPrefix(stat, "p"), 64)
	return p / 100, err == nil && strings.HasPrefix(stat, "p")
}

// valuesOf returns what an alarm compares with its threshold, how many samples
// each value has, and the length of a period in minutes.
func valuesOf(alarm object, s samples, minutes int) (series, map[int]int, int, error) {
	if at(alarm, "MetricName") != nil {
		stat := at(alarm, "Statistic")
		if stat == nil {
			stat = at(alarm, "ExtendedStatistic")
		}
		return aggregated(s[nameOf(alarm)], at(alarm, "Period"), fmt.Sprint(stat), minutes)
	}
	metrics, period, expression := map[string]series{}, 0, ""
	for _, m := range listAt(alarm, "Metrics") {
		if at(m, "ReturnData") != false {
			if expression != "" {
				return nil, nil, 0, fmt.Errorf("it returns two series")
			}
			expression, _ = at(m, "Expression").(string)
			continue
		}
		stat := objectAt(m, "MetricStat")
		values, _, p, err := aggregated(s[nameOf(stat["Metric"])], stat["Period"], fmt.Sprint(stat["Stat"]), minutes)
		if err != nil {
			return nil, nil, 0, err
		}
		if period != 0 && p != period {
			return nil, nil, 0, fmt.Errorf("it has periods of %d and %d minutes", period, p)
		}
		metrics[fmt.Sprint(at(m, "Id"))], period = values, p
	}
	values, err := calculate(expression, metrics)
	return values, nil, period, err
}

func aggregated(byMinute map[int][]sample, length any, stat string, minutes int) (series, map[int]int, int, error) {
	seconds, _ := length.(int)
	if seconds < 60 || seconds%60 != 0 {
		return nil, nil, 0, fmt.Errorf("a period of %v seconds", length)
	}
	period := seconds / 60
	values, counts := series{}, map[int]int{}
	for end := range minutes / period {
		var all []sample
		for minute := end * period; minute < (end+1)*period; minute++ {
			all = append(all, byMinute[minute]...)
		}
		if len(all) == 0 {
			continue
		}
		var err error
		if values[end], counts[end], err = statistic(stat, all); err != nil {
			return nil, nil, 0, err
		}
	}
	return values, counts, period, nil
}

// statistic returns one of some samples, and how many there are.
func statistic(stat string, all []sample) (float64, int, error) {
	slices.SortFunc(all, func(a, b sample) int { return cmp.Compare(a.value, b.value) })
	sum, count := 0.0, 0
	for _, s := range all {
		sum, count = sum+s.value*float64(s.n), count+s.n
	}
	switch stat {
	case "Sum":
		return sum, count, nil
	case "Maximum":
		return all[len(all)-1].value, count, nil
	}
	p, isPercentile := percentile(stat)
	if !isPercentile {
		return 0, 0, fmt.Errorf("the statistic %s", stat)
	}
	rank := int(math.Ceil(p * float64(count)))
	for _, s := range all {
		if rank -= s.n; rank <= 0 {
			return s.value, count, nil
		}
	}
	return all[len(all)-1].value, count, nil
}
