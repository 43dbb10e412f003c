package cfn

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Deployment is a template as CloudFormation makes it with the values of its
// parameters. What only an account can know has its own name as its value:
// !Ref Table is "Table", !GetAtt Table.Arn is "Table.Arn".
type Deployment struct {
	Template   Object
	Parameters map[string]string
}

// noValue is AWS::NoValue: what has it is not there.
type noValue struct{}

// required are values for the parameters of template.yaml that have no default.
var required = map[string]string{"JwtIssuer": "https://issuer.example", "JwtAudience": "images", "PlatformClients": "platform"}

// Deploy returns the template with the values of some of its parameters, and
// an error if one is refused.
func Deploy(template Object, values map[string]string) (Deployment, error) {
	d, err := accepted(template, values)
	if err != nil {
		return d, err
	}
	resolved := maps.Clone(template)
	for _, section := range []string{"Globals", "Resources", "Outputs"} {
		if resolved[section], err = d.resolved(ObjectAt(template, section)); err != nil {
			return d, err
		}
	}
	d.Template = resolved
	return d, nil
}

// accepted returns the template, as it is, with the values of its parameters.
func accepted(template Object, values map[string]string) (Deployment, error) {
	d := Deployment{template, map[string]string{
		"AWS::StackName": "stack", "AWS::Region": "eu-west-1", "AWS::Partition": "aws", "AWS::AccountId": "123456789012",
	}}
	for name, parameter := range ObjectAt(template, "Parameters") {
		value, given := values[name]
		if byDefault := At(parameter, "Default"); !given && byDefault != nil {
			value, given = fmt.Sprint(byDefault), true
		}
		if !given {
			return d, fmt.Errorf("%s has no value", name)
		}
		if err := checkValue(parameter, value); err != nil {
			return d, fmt.Errorf("%s: %w", name, err)
		}
		d.Parameters[name] = value
	}
	for name, value := range values {
		if _, known := d.Parameters[name]; !known {
			return d, fmt.Errorf("there is no parameter %s", name)
		}
		d.Parameters[name] = value
	}
	return d, d.checkRules()
}

// checkRules refuses values that do not go together.
func (d Deployment) checkRules() error {
	for name, rule := range ObjectAt(d.Template, "Rules") {
		is, err := d.resolved(At(rule, "RuleCondition"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if is != true {
			continue
		}
		for _, assertion := range ListAt(rule, "Assertions") {
			if is, err := d.resolved(At(assertion, "Assert")); err != nil || is != true {
				return fmt.Errorf("%s: %v: %w", name, At(assertion, "AssertDescription"), err)
			}
		}
	}
	return nil
}

// checkValue refuses what CloudFormation refuses.
func checkValue(parameter any, value string) error {
	if pattern, ok := At(parameter, "AllowedPattern").(string); ok {
		allowed, err := compiled(pattern)
		if err != nil || !allowed.MatchString(value) {
			return fmt.Errorf("%q is not %s: %v", value, pattern, err)
		}
	}
	if allowed := ListAt(parameter, "AllowedValues"); allowed != nil {
		if !slices.ContainsFunc(allowed, func(v any) bool { return fmt.Sprint(v) == value }) {
			return fmt.Errorf("%q is none of %v", value, allowed)
		}
	}
	if At(parameter, "Type") != "Number" {
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return err
	}
	if least, ok := At(parameter, "MinValue").(int); ok && n < least {
		return fmt.Errorf("%d is below %d", n, least)
	}
	if most, ok := At(parameter, "MaxValue").(int); ok && n > most {
		return fmt.Errorf("%d is above %d", n, most)
	}
	return nil
}

var patterns sync.Map // compiled, by their text

func compiled(pattern string) (*regexp.Regexp, error) {
	if known, ok := patterns.Load(pattern); ok {
		return known.(*regexp.Regexp), nil
	}
	allowed, err := regexp.Compile("^(?:" + pattern + ")$")
	if err == nil {
		patterns.Store(pattern, allowed)
	}
	return allowed, err
}

func (d Deployment) resolved(v any) (any, error) {
	switch v := v.(type) {
	case string:
		tag, argument, _ := strings.Cut(v, " ")
		switch tag {
		case "!Ref":
			return d.ref(argument)
		case "!GetAtt":
			return argument, nil
		case "!Sub":
			return d.substituted(argument)
		}
		return v, nil
	case []any:
		list := []any{}
		for _, item := range v {
			r, err := d.resolved(item)
			if err != nil {
				return nil, err
			}
			if r != (noValue{}) {
				list = append(list, r)
			}
		}
		return list, nil
	case Object:
		if len(v) == 1 {
			for name, argument := range v {
				if IsIntrinsic(name) {
					return d.called(name, argument)
				}
			}
		}
		return d.all(v)
	default:
		return v, nil
	}
}

// all resolves an object. A resource whose condition is false is not there.
func (d Deployment) all(o Object) (any, error) {
	all := make(Object)
	for name, value := range o {
		if condition, ok := At(value, "Condition").(string); ok {
			if is, err := d.holds(condition); err != nil || !is {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		r, err := d.resolved(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if r != (noValue{}) {
			all[name] = r
		}
	}
	return all, nil
}

func (d Deployment) ref(name string) (any, error) {
	if name == "AWS::NoValue" {
		return noValue{}, nil
	}
	if value, ok := d.Parameters[name]; ok {
		if At(d.Template, "Parameters", name, "Type") == "CommaDelimitedList" {
			return splitAt(",", value), nil
		}
		return value, nil
	}
	id, _, _ := strings.Cut(name, ".")
	if At(d.Template, "Resources", id) == nil && id != "ServerlessDeploymentApplication" { // which SAM makes
		return nil, fmt.Errorf("there is no %s", name)
	}
	return name, nil
}

func splitAt(separator, text string) []any {
	var list []any
	for part := range strings.SplitSeq(text, separator) {
		list = append(list, part)
	}
	return list
}

var variableRegexp = regexp.MustCompile(`\$\{([^}]+)\}`)

func (d Deployment) substituted(text string) (any, error) {
	var failed error
	return variableRegexp.ReplaceAllStringFunc(text, func(variable string) string {
		v, err := d.ref(variable[2 : len(variable)-1])
		if err != nil {
			failed = err
		}
		return fmt.Sprint(v)
	}), failed
}

func (d Deployment) called(function string, argument any) (any, error) {
	if parts, ok := argument.([]any); ok && function == "!If" && len(parts) == 3 {
		is, err := d.holds(fmt.Sprint(parts[0]))
		if err != nil {
			return nil, err
		}
		if is {
			return d.resolved(parts[1])
		}
		return d.resolved(parts[2])
	}
	if parts, ok := argument.([]any); ok && function == "!Sub" && len(parts) == 2 {
		names, err := d.resolved(parts[1])
		if err != nil {
			return nil, err
		}
		with := Deployment{d.Template, maps.Clone(d.Parameters)}
		for name, value := range names.(Object) {
			with.Parameters[name] = fmt.Sprint(value)
		}
		return with.substituted(parts[0].(string))
	}
	resolved, err := d.resolved(argument)
	if err != nil {
		return nil, err
	}
	parts, _ := resolved.([]any)
	switch {
	case function == "!Equals" && len(parts) == 2:
		return fmt.Sprint(parts[0]) == fmt.Sprint(parts[1]), nil
	case function == "!Not" && len(parts) == 1:
		is, ok := parts[0].(bool)
		if !ok {
			return nil, fmt.Errorf("!Not has %v", parts[0])
		}
		return !is, nil
	case function == "!Or" && len(parts) > 1:
		return slices.Contains(parts, any(true)), nil
	case function == "!Split" && len(parts) == 2:
		return splitAt(parts[0].(string), parts[1].(string)), nil
	case function == "!Join" && len(parts) == 2:
		var texts []string
		for _, p := range parts[1].([]any) {
			texts = append(texts, fmt.Sprint(p))
		}
		return strings.Join(texts, parts[0].(string)), nil
	}
	return nil, fmt.Errorf("this is not understood: %s %v", function, argument)
}

func (d Deployment) holds(condition string) (bool, error) {
	rule := At(d.Template, "Conditions", condition)
	if rule == nil {
		return false, fmt.Errorf("there is no condition %s", condition)
	}
	v, err := d.resolved(rule)
	is, ok := v.(bool)
	if err != nil || !ok {
		return false, fmt.Errorf("the condition %s is %v: %w", condition, v, err)
	}
	return is, nil
}

// DeployedWith deploys template.yaml with some values beside the required ones.
func DeployedWith(template Object, values map[string]string) (Deployment, error) {
	return Deploy(template, withRequired(values))
}

// Accepted returns an error if a deployment of template.yaml with some values
// beside the required ones would be refused before it does anything.
func Accepted(template Object, values map[string]string) (Deployment, error) {
	return accepted(template, withRequired(values))
}

func withRequired(values map[string]string) map[string]string {
	all := maps.Clone(required)
	maps.Copy(all, values)
	return all
}
