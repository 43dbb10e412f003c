package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// series are the values of a metric by the number of their period. What is
// missing is not there.
type series map[int]float64

// calculate evaluates what this project uses of CloudWatch's metric math
// (CloudWatch User Guide, "Using metric math"): + - * /, comparisons, and
// IF(condition, value, scalar). Arithmetic takes a missing value for 0 where
// the other operand has one, and drops a value that would be divided by 0.
func calculate(expression string, metrics map[string]series) (series, error) {
	c := calculation{tokens: mathToken.FindAllString(expression, -1), metrics: metrics}
	v, err := c.comparison()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expression, err)
	}
	if len(c.tokens) > 0 {
		return nil, fmt.Errorf("%s: %q is too much", expression, c.tokens)
	}
	if v.values == nil {
		return nil, fmt.Errorf("%s is a number and no series", expression)
	}
	return v.values, nil
}

var mathToken = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|[<>]=?|[^\s]`)

type calculation struct {
	tokens  []string
	metrics map[string]series
}

// operand is a series, or a scalar when values is nil.
type operand struct {
	values series
	scalar float64
}

func (o operand) at(period int) (float64, bool) {
	if o.values == nil {
		return o.scalar, true
	}
	v, ok := o.values[period]
	return v, ok
}

func (c *calculation) next(tokens ...string) string {
	if len(c.tokens) == 0 || len(tokens) > 0 && !slices.Contains(tokens, c.tokens[0]) {
		return ""
	}
	token := c.tokens[0]
	c.tokens = c.tokens[1:]
	return token
}

func (c *calculation) comparison() (operand, error) { return c.chain(c.sum, "<", ">", "<=", ">=") }
func (c *calculation) sum() (operand, error)        { return c.chain(c.product, "+", "-") }
func (c *calculation) product() (operand, error)    { return c.chain(c.factor, "*", "/") }

func (c *calculation) chain(part func() (operand, error), operators ...string) (operand, error) {
	left, err := part()
	for err == nil {
		operator := c.next(operators...)
		if operator == "" {
			break
		}
		var right operand
		if right, err = part(); err == nil {
			left = combined(operator, left, right)
		}
	}
	return left, err
}

func combined(operator string, left, right operand) operand {
	if left.values == nil && right.values == nil {
		v, _ := computed(operator, left.scalar, right.scalar)
		return operand{scalar: v}
	}
	all := series{}
	for _, side := range []operand{left, right} {
		for period := range side.values {
			l, _ := left.at(period)
			r, _ := right.at(period)
			if v, ok := computed(operator, l, r); ok {
				all[period] = v
			}
		}
	}
	return operand{values: all}
}

func computed(operator string, left, right float64) (float64, bool) {
	is := map[bool]float64{true: 1}
	switch operator {
	case "+":
		return left + right, true
	case "-":
		return left - right, true
	case "*":
		return left * right, true
	case "/":
		return left / right, right != 0
	case "<":
		return is[left < right], true
	case ">":
		return is[left > right], true
	case "<=":
		return is[left <= right], true
	default:
		return is[left >= right], true
	}
}

func (c *calculation) factor() (operand, error) {
	token := c.next()
	if n, err := strconv.ParseFloat(token, 64); err == nil {
		return operand{scalar: n}, nil
	}
	if values, ok := c.metrics[token]; ok {
		return operand{values: values}, nil
	}
	switch token {
	case "(":
		v, err := c.comparison()
		if err == nil && c.next(")") == "" {
			err = fmt.Errorf("a ) is missing")
		}
		return v, err
	case "IF":
		return c.condition()
	}
	return operand{}, fmt.Errorf("%q is nothing this test knows", token)
}

func (c *calculation) condition() (operand, error) {
	var parts []operand
	for _, separator := range []string{"(", ",", ","} {
		if c.next(separator) == "" {
			return operand{}, fmt.Errorf("IF has no %s", separator)
		}
		v, err := c.comparison()
		if err != nil {
			return operand{}, err
		}
		parts = append(parts, v)
	}
	if c.next(")") == "" || parts[0].values == nil {
		return operand{}, fmt.Errorf("IF has no condition that is a series, or no )")
	}
	all := series{}
	for period, is := range parts[0].values {
		yes, _ := parts[1].at(period) // 0 if it is missing
		no, ok := parts[2].at(period)
		if is != 0 {
			all[period] = yes
		} else if ok {
			all[period] = no
		}
	}
	return operand{values: all}, nil
}

// TestMetricMath has the examples of the CloudWatch User Guide.
func TestMetricMath(t *testing.T) {
	metrics := map[string]series{
		"metric1": {0: 30, 1: 20, 2: 0, 3: 0}, "metric2": {0: 20, 2: 20},
		"a": {0: 1, 1: 1, 2: 0, 3: 0}, "b": {0: 30, 2: 0, 3: 0, 4: 30}, "none": {},
	}
	for expression, want := range map[string]series{
		"metric1 + metric2":               {0: 50, 1: 20, 2: 20, 3: 0},
		"metric1 < metric2":               {0: 0, 1: 0, 2: 1, 3: 0},
		"metric1 >= 30":                   {0: 1, 1: 0, 2: 0, 3: 0},
		"metric2 / metric1":               {0: 20.0 / 30, 1: 0},
		"metric1 / metric2":               {0: 1.5, 2: 0},
		"100 * (metric1 + none) / 10 - 1": {0: 299, 1: 199, 2: -1, 3: -1},
		"none / metric1":                  {0: 0, 1: 0},
		"metric1 / none":                  {},
		"IF(a, b, 5)":                     {0: 30, 1: 0, 2: 5, 3: 5},
		"IF(metric1 > 25, metric2, 0)":    {0: 20, 1: 0, 2: 0, 3: 0},
	} {
		got, err := calculate(expression, metrics)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s is %v, %v; want %v", expression, got, err, want)
		}
	}
	for _, expression := range []string{"", "1 + 2", "unknown", "metric1 +", "(metric1", "metric1)", "IF(a, b)", "FILL(a, 0)", "IF(1, a, 2)"} {
		if got, err := calculate(expression, metrics); err == nil {
			t.Errorf("%q is %v", expression, got)
		}
	}
}
