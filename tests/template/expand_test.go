package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// expand does what the transform AWS::LanguageExtensions does before SAM's:
// Fn::ForEach is written out, and with it what it makes computable, a logical
// id given by Fn::Sub and Fn::FindInMap of a loop's value (AWS CloudFormation,
// "Fn::ForEach").
func expand(template object) (object, error) {
	mappings := objectAt(template, "Mappings")
	v, err := expanded(template, mappings)
	if err != nil {
		return nil, err
	}
	return v.(object), nil
}

const forEach = "Fn::ForEach::"

func expanded(v any, mappings object) (any, error) {
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
	case object:
		all := make(object, len(v))
		for name, value := range v {
			of := object{name: value}
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
func loop(name string, v any) (object, error) {
	parts, _ := v.([]any)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%s is not an identifier, a list and a body", name)
	}
	identifier, isName := parts[0].(string)
	values, isList := parts[1].([]any)
	body, isBody := parts[2].(object)
	if !isName || !isList || !isBody {
		return nil, fmt.Errorf("%s is not an identifier, a list and a body", name)
	}
	all := make(object)
	for _, value := range values {
		s, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("%s has the value %v, which is no text", name, value)
		}
		for n, one := range substituted(body, identifier, s).(object) {
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
	case object:
		o := make(object, len(v))
		for name := range v {
			o[substituted(name, identifier, value).(string)] = substituted(v[name], identifier, value)
		}
		return shortForm(o)
	default:
		return v
	}
}

// found replaces {"!FindInMap": [map, key, name]} by what is there.
func found(o, mappings object) (any, error) {
	path, ok := o["!FindInMap"].([]any)
	if !ok || len(o) != 1 {
		return o, nil
	}
	names := make([]string, len(path))
	for i, p := range path {
		names[i] = fmt.Sprint(p)
	}
	v := at(mappings, names...)
	if v == nil || len(names) != 3 {
		return nil, fmt.Errorf("Fn::FindInMap finds nothing at %v", path)
	}
	return v, nil
}

func TestExpand(t *testing.T) {
	template, err := parse(`
Mappings: {Sizes: {Small: {Of: [a, b]}, Big: {Of: [c]}}}
Resources:
  Fn::ForEach::Queues:
    - Name
    - [Small, Big]
    - ${Name}Queue:
        Name: !Sub ${AWS::StackName}-${Name}
        Plain: !Ref Name
        Sizes: !FindInMap [Sizes, !Ref Name, Of]
        Dead: {Ref: !Sub "${Name}Dead"}
        Arn: !GetAtt [!Sub "${Name}Dead", Arn]
        Other: [!Ref Other, !Join [":", [!GetAtt [!Sub "${Name}Dead", Arn], x]]]
        Fn::ForEach::Tags:
          - Tag
          - [x-1]
          - Tag&{Tag}: !Sub ${Name} ${Tag}
`)
	if err != nil {
		t.Fatal(err)
	}
	template, err = expand(template)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	r.want("the small queue", at(template, "Resources", "SmallQueue"), object{
		"Name": "!Sub ${AWS::StackName}-Small", "Plain": "Small", "Sizes": []any{"a", "b"},
		"Dead": "!Ref SmallDead", "Arn": "!GetAtt SmallDead.Arn",
		"Other": []any{"!Ref Other", object{"!Join": []any{":", []any{"!GetAtt SmallDead.Arn", "x"}}}},
		"Tagx1": "Small x-1",
	})
	r.want("the big queue's sizes", at(template, "Resources", "BigQueue", "Sizes"), []any{"c"})
	r.want("resources", len(objectAt(template, "Resources")), 2)
	for _, err := range r {
		t.Error(err)
	}
}

func TestExpandRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{Resources: {"Fn::ForEach::A": [N, [a, b]]}}`:                       "not an identifier",
		`{Resources: {"Fn::ForEach::A": [N, a, {x: y}]}}`:                    "not an identifier",
		`{Resources: {"Fn::ForEach::A": [N, [1], {"${N}": y}]}}`:             "no text",
		`{Resources: {"Fn::ForEach::A": [N, [a, b], {x: "${N}"}]}}`:          "makes x twice",
		`{Resources: {"Fn::ForEach::A": [N, [a], {"${N}": y}], a: z}}`:       "which is there already",
		`{Mappings: {M: {K: {x: y}}}, Resources: {A: !FindInMap [M, L, x]}}`: "finds nothing",
	} {
		template, err := parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := expand(template); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// longForm undoes shortForm: tools take the long form of an intrinsic function
// in JSON.
func longForm(v any) any {
	switch v := v.(type) {
	case string:
		tag, argument, ok := strings.Cut(v, " ")
		if !ok || !strings.HasPrefix(tag, "!") {
			return v
		}
		return longForm(object{tag: argument})
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = longForm(v[i])
		}
		return list
	case object:
		o := make(object, len(v))
		for name, value := range v {
			tag, isFunction := strings.CutPrefix(name, "!")
			switch {
			case !isFunction:
				o[name] = longForm(value)
			case tag == "Ref":
				o["Ref"] = value
			case tag == "GetAtt":
				id, attribute, _ := strings.Cut(fmt.Sprint(value), ".")
				o["Fn::GetAtt"] = []any{id, attribute}
			case slices.Contains([]string{"Sub", "If", "Not", "Or", "Equals", "Join", "Split", "FindInMap"}, tag):
				if _, isText := value.(string); !isText {
					value = longForm(value)
				}
				o["Fn::"+tag] = value
			default:
				panic("this test does not know !" + tag)
			}
		}
		return o
	default:
		return v
	}
}
