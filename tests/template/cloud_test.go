package template

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"image-sharing/tests/kit/cfn"
)

// cloud is what AWS makes of a deployment's traffic: the metrics that services
// emit, and those that the template's own filters make of the functions' real
// log lines.
type cloud struct {
	d       cfn.Deployment
	lines   map[string]string
	samples samples
	counted map[string]map[string]float64 // what filters make of a line in a log group
}

// Versions of a function. CloudFormation knows the one that it deploys.
const oldVersion = "41"

func newVersion(folder string) string { return logicalName(folder) + "Function.Version.Version" }

// invoke is n invocations of a function's version by its alias, while a
// deployment shifts its traffic. Each ends in one way; a crash leaves no line.
func (c *cloud) invoke(minute int, folder, version, end string, n int) {
	name := logicalName(folder) + "Function"
	crashed := 0.0
	if end == crash {
		crashed = 1
	} else {
		c.log(minute, logicalName(folder)+"LogGroup", strings.ReplaceAll(c.lines[end], versionMark, version), n)
	}
	for _, dimensions := range []string{"FunctionName=" + name, "FunctionName=" + name + " Resource=" + name + ":live",
		"ExecutedVersion=" + version + " FunctionName=" + name + " Resource=" + name + ":live"} {
		c.samples.put(minute, "AWS/Lambda Invocations "+dimensions, 1, n)
		c.samples.put(minute, "AWS/Lambda Errors "+dimensions, crashed, n)
		c.samples.put(minute, "AWS/Lambda Throttles "+dimensions, 0, n)
	}
}

const crash = "crash"

// log puts a line into a log group, n times, through all metric filters of the
// group.
func (c *cloud) log(minute int, group, line string, n int) {
	if c.counted[group+line] == nil {
		c.counted[group+line] = c.filtered(group, line)
	}
	for metric, value := range c.counted[group+line] {
		c.samples.put(minute, metric, value, n)
	}
}

func (c *cloud) filtered(group, line string) map[string]float64 {
	counted := map[string]float64{}
	for id, filter := range ofType(c.d.Template, "AWS::Logs::MetricFilter") {
		if at(filter, "LogGroupName") != group {
			continue
		}
		matches, err := filterMatches(fmt.Sprint(at(filter, "FilterPattern")), line)
		if err != nil {
			panic(id + ": " + err.Error())
		}
		for _, m := range listAt(filter, "MetricTransformations") {
			byDefault, hasDefault := at(m, "DefaultValue").(int)
			switch {
			case matches:
				value, err := valueOf(fmt.Sprint(at(m, "MetricValue")), line)
				if err != nil {
					panic(id + ": " + err.Error())
				}
				counted[transformed(m, line)] += value
			case hasDefault:
				counted[transformed(m, line)] += float64(byDefault)
			}
		}
	}
	return counted
}

// valueOf is what a filter puts of a line: a number, or that of a field.
func valueOf(value, line string) (n float64, err error) {
	field, isField := strings.CutPrefix(value, "$.")
	if !isField {
		return strconv.ParseFloat(value, 64)
	}
	var fields object
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		return 0, err
	}
	n, isNumber := fields[field].(float64)
	if !isNumber {
		return 0, fmt.Errorf("%s of the line is %v", value, fields[field])
	}
	return n, nil
}

// transformed is the metric that a filter feeds. Its dimensions have the values
// of the line's fields.
func transformed(m any, line string) string {
	var fields object
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		panic(err)
	}
	name := fmt.Sprint(at(m, "MetricNamespace"), " ", at(m, "MetricName"))
	for _, d := range listAt(m, "Dimensions") {
		name += fmt.Sprintf(" %v=%v", at(d, "Key"), fields[strings.TrimPrefix(fmt.Sprint(at(d, "Value")), "$.")])
	}
	return name
}

// gateway is n requests that API Gateway answers with a status, after some time.
func (c *cloud) gateway(minute int, status, latency, n int) {
	is := map[bool]float64{true: 1}
	c.samples.put(minute, "AWS/ApiGateway Count ApiId=Api", 1, n)
	c.samples.put(minute, "AWS/ApiGateway 4xx ApiId=Api", is[status/100 == 4], n)
	c.samples.put(minute, "AWS/ApiGateway 5xx ApiId=Api", is[status/100 == 5], n)
	c.samples.put(minute, "AWS/ApiGateway Latency ApiId=Api", float64(latency), n)
	c.log(minute, "AccessLogGroup", c.accessLine(status), n)
}

// accessLine is the line that API Gateway writes with the template's format.
func (c *cloud) accessLine(status int) string {
	format := fmt.Sprint(at(c.d.Template, "Resources", "Api", "Properties", "AccessLogSettings", "Format"))
	return accessVariable.ReplaceAllString(strings.ReplaceAll(format, "$context.status", fmt.Sprint(status)), "-")
}
