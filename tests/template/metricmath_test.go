package template

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"strconv"
	"testing"
)

// series are the values of a metric by the number of their period. What is
// missing is not there.
type series map[int]float64

// calculate evaluates what this project uses of CloudWatch's metric math
// (CloudWatch User Guide, "Using metric math"), which reads as Go does: + * /, >=
// and IF(condition, value, number). Arithmetic takes a missing value for 0 where
// the other operand has one, and drops a value that would be divided by 0.
func calculate(expression string, metrics map[string]series) (series, error) {
	e, err := parser.ParseExpr(expression)
	if err != nil {
		return nil, err
	}
	v, err := calculated(e, metrics)
	if err == nil && v.values == nil {
		err = fmt.Errorf("%s is a number and no series", expression)
	}
	return v.values, err
}

// operand is a series, or a number when values is nil.
type operand struct {
	values series
	number float64
}

func (o operand) at(period int) float64 {
	if o.values == nil {
		return o.number
	}
	return o.values[period]
}

func calculated(e ast.Expr, metrics map[string]series) (operand, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return calculated(e.X, metrics)
	case *ast.BasicLit:
		n, err := strconv.ParseFloat(e.Value, 64)
		return operand{number: n}, err
	case *ast.Ident:
		if values, ok := metrics[e.Name]; ok {
			return operand{values: values}, nil
		}
	case *ast.BinaryExpr:
		return combined(e, metrics)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.Ident); ok && f.Name == "IF" && len(e.Args) == 3 {
			return condition(e.Args, metrics)
		}
	}
	return operand{}, fmt.Errorf("%v is nothing this test knows", e)
}

func combined(e *ast.BinaryExpr, metrics map[string]series) (operand, error) {
	left, err := calculated(e.X, metrics)
	if err != nil {
		return left, err
	}
	right, err := calculated(e.Y, metrics)
	if err != nil {
		return right, err
	}
	all := series{}
	for _, side := range []operand{left, right} {
		for period := range side.values {
			l, r := left.at(period), right.at(period)
			switch {
			case e.Op == token.ADD:
				all[period] = l + r
			case e.Op == token.MUL:
				all[period] = l * r
			case e.Op == token.QUO && r != 0:
				all[period] = l / r
			case e.Op == token.GEQ:
				all[period] = map[bool]float64{true: 1}[l >= r]
			case e.Op != token.QUO:
				return left, fmt.Errorf("%s is nothing this test knows", e.Op)
			}
		}
	}
	return operand{values: all}, nil
}

// condition is IF. A value that is missing is taken for 0.
func condition(args []ast.Expr, metrics map[string]series) (operand, error) {
	var parts [3]operand
	for i, arg := range args {
		var err error
		if parts[i], err = calculated(arg, metrics); err != nil {
			return operand{}, err
		}
	}
	if parts[0].values == nil || parts[2].values != nil {
		return operand{}, fmt.Errorf("IF has a condition that is no series, or no number for otherwise")
	}
	all := series{}
	for period, is := range parts[0].values {
		all[period] = parts[2].number
		if is != 0 {
			all[period] = parts[1].at(period)
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
		"metric1 + metric2":           {0: 50, 1: 20, 2: 20, 3: 0},
		"metric1 >= 30":               {0: 1, 1: 0, 2: 0, 3: 0},
		"metric2 / metric1":           {0: 20.0 / 30, 1: 0},
		"metric1 / metric2":           {0: 1.5, 2: 0},
		"100 * (metric1 + none) / 10": {0: 300, 1: 200, 2: 0, 3: 0},
		"none / metric1":              {0: 0, 1: 0},
		"metric1 / none":              {},
		"IF(a, b, 5)":                 {0: 30, 1: 0, 2: 5, 3: 5},
		"IF(metric1 >= 30, 2, 0)":     {0: 2, 1: 0, 2: 0, 3: 0},
	} {
		got, err := calculate(expression, metrics)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s is %v, %v; want %v", expression, got, err, want)
		}
	}
	for _, expression := range []string{"", "1", "unknown", "metric1 +", "metric1)", "IF(a, b)", "FILL(a, 0)", "IF(1, a, 2)", "a - b", "a < b"} {
		if got, err := calculate(expression, metrics); err == nil {
			t.Errorf("%q is %v", expression, got)
		}
	}
}
