package cfn

import (
	"fmt"
	"regexp"
	"strings"
)

// Expand does what the transform AWS::LanguageExtensions does before SAM's:
// Fn::ForEach is written out, and with it what it makes computable, a logical
// id given by Fn::Sub and Fn::FindInMap of a loop's value (AWS CloudFormation,
// "Fn::ForEach").
func Expand(template Object) (Object, error) {
	mappings := ObjectAt(template, "Mappings")
	v, err := expanded(template, mappings)
	if err != nil {
		return nil, err
	}
	return v.(Object), nil
}

const forEach = "Fn::ForEach::"

func expanded(v any, mappings Object) (any, error) {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var err error
			if list[i], err = expanded(v[i], mappings); err != nil {
				return nil, err
			}
		}
		return list, nil
	case Object:
		all := make(Object, len(v))
		for name, value := range v {
			of := Object{name: value}
			if strings.HasPrefix(name, forEach) {
				var err error
				if of, err = loop(name, value); err != nil {
					return nil, err
				}
			}
			for n, body := range of {
				if _, twice := all[n]; twice {
					return nil, fmt.Errorf("%s makes %s, which is there already", name, n)
				}
				e, err := expanded(body, mappings)
				if err != nil {
					return nil, err
				}
				all[n] = e
			}
		}
		return found(all, mappings)
	default:
		return v, nil
	}
}

// loop returns the body of a Fn::ForEach for each of its values.
func loop(name string, v any) (Object, error) {
	parts, _ := v.([]any)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%s is not an identifier, a list and a body", name)
	}
	identifier, isName := parts[0].(string)
	values, isList := parts[1].([]any)
	body, isBody := parts[2].(Object)
	if !isName || !isList || !isBody {
		return nil, fmt.Errorf("%s is not an identifier, a list and a body", name)
	}
	all := make(Object)
	for _, value := range values {
		s, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("%s has the value %v, which is no text", name, value)
		}
		for n, one := range substituted(body, identifier, s).(Object) {
			if _, twice := all[n]; twice {
				return nil, fmt.Errorf("%s makes %s twice", name, n)
			}
			all[n] = one
		}
	}
	return all, nil
}

var notInLogicalID = regexp.MustCompile(`[^A-Za-z0-9]`)

// substituted puts a loop's value in the place of its identifier.
func substituted(v any, identifier, value string) any {
	switch v := v.(type) {
	case string:
		if v == "!Ref "+identifier {
			return value
		}
		s := strings.ReplaceAll(v, "${"+identifier+"}", value)
		s = strings.ReplaceAll(s, "&{"+identifier+"}", notInLogicalID.ReplaceAllString(value, ""))
		if text, isSub := strings.CutPrefix(s, "!Sub "); isSub && s != v && !strings.Contains(text, "${") {
			return text // nothing is left to substitute
		}
		return strings.Replace(s, "!Ref !Sub ", "!Ref ", 1)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = substituted(v[i], identifier, value)
		}
		return list
	case Object:
		o := make(Object, len(v))
		for name := range v {
			o[substituted(name, identifier, value).(string)] = substituted(v[name], identifier, value)
		}
		return shortForm(o)
	default:
		return v
	}
}

// found replaces {"!FindInMap": [map, key, name]} by what is there.
func found(o, mappings Object) (any, error) {
	path, ok := o["!FindInMap"].([]any)
	if !ok || len(o) != 1 {
		return o, nil
	}
	names := make([]string, len(path))
	for i, p := range path {
		names[i] = fmt.Sprint(p)
	}
	v := At(mappings, names...)
	if v == nil || len(names) != 3 {
		return nil, fmt.Errorf("Fn::FindInMap finds nothing at %v", path)
	}
	return v, nil
}
