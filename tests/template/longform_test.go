package template

import (
	"fmt"
	"slices"
	"strings"
)

// longForm undoes what cfn.Read does to intrinsic functions: tools take their long
// form, in JSON.
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
