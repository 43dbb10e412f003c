// Package cfn reads a CloudFormation template as it is when its loops are written
// out and every policy is in its role, so that nobody needs to know in which of
// the ways a fact is written.
package cfn

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Object is a mapping of a template. Intrinsic functions of one argument read as
// they are written: "!Ref Table", "!GetAtt Table.Arn".
type Object = map[string]any

// Read reads a template.
func Read(text string) (Object, error) {
	template, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if template, err = Expand(template); err != nil {
		return nil, err
	}
	return template, AttachPolicies(template)
}

// AttachPolicies moves each policy that is a resource of its own to the others
// of its role: IAM knows no difference. A policy that is there only sometimes is
// an error.
func AttachPolicies(template Object) error {
	for id, policy := range OfType(template, "AWS::IAM::RolePolicy") {
		if len(ObjectAt(template, "Resources", id)) > len([]string{"Type", "Properties"}) {
			return fmt.Errorf("%s has more than its properties", id)
		}
		roleID, isRef := strings.CutPrefix(fmt.Sprint(At(policy, "RoleName")), "!Ref ")
		role := OfType(template, "AWS::IAM::Role")[roleID]
		if !isRef || role == nil {
			return fmt.Errorf("%s has no role of this template", id)
		}
		for _, other := range ListAt(role, "Policies") {
			if At(other, "PolicyName") == At(policy, "PolicyName") {
				return fmt.Errorf("%s has the name of another policy of %s", id, roleID)
			}
		}
		delete(policy, "RoleName")
		policy[AttachedBy] = id
		role["Policies"] = append(ListAt(role, "Policies"), policy)
		delete(template["Resources"].(Object), id)
	}
	return nil
}

// AttachedBy is where a policy has the id of its resource, if it is one.
const AttachedBy = "resource"

// Parse reads a template, or any YAML or JSON object.
func Parse(text string) (Object, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 {
		return nil, fmt.Errorf("not one document")
	}
	v, err := valueOf(document.Content[0])
	if err != nil {
		return nil, err
	}
	o, ok := v.(Object)
	if !ok {
		return nil, fmt.Errorf("not an object")
	}
	return o, nil
}

func valueOf(n *yaml.Node) (any, error) {
	var v any
	switch n.Kind {
	case yaml.ScalarNode:
		if IsIntrinsic(n.Tag) {
			return n.Tag + " " + n.Value, nil
		}
		return v, n.Decode(&v)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			item, err := valueOf(c)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		v = list
	case yaml.MappingNode:
		o := make(Object, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if _, twice := o[name]; twice {
				return nil, fmt.Errorf("line %d: %s is there twice", n.Content[i].Line, name)
			}
			item, err := valueOf(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			o[name] = item
		}
		v = o
	default:
		return nil, fmt.Errorf("line %d: CloudFormation takes no aliases", n.Line)
	}
	if IsIntrinsic(n.Tag) {
		v = Object{n.Tag: v}
	}
	return shortForm(v), nil
}

// IsIntrinsic reports whether a text begins with an intrinsic function, such as !Ref.
func IsIntrinsic(tag string) bool {
	return strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!")
}

// shortForm makes of {"Ref": "X"} what is written !Ref X: the translator
// writes only the long form.
func shortForm(v any) any {
	o, ok := v.(Object)
	if !ok || len(o) != 1 {
		return v
	}
	for name, argument := range o {
		tag := "!" + strings.TrimPrefix(name, "Fn::")
		switch {
		case IsIntrinsic(name):
			tag = name
		case name != "Ref" && tag == "!"+name || strings.HasPrefix(name, forEach):
			return v
		}
		if parts, ok := argument.([]any); ok && tag == "!GetAtt" && len(parts) == 2 && !IsIntrinsic(fmt.Sprint(parts[0])) {
			argument = fmt.Sprint(parts[0], ".", parts[1])
		}
		if s, ok := argument.(string); ok {
			return tag + " " + s
		}
		return Object{tag: argument}
	}
	return v
}

// At follows names and returns nil where there is none.
func At(v any, names ...string) any {
	for _, name := range names {
		o, _ := v.(Object)
		v = o[name]
	}
	return v
}

func ObjectAt(v any, names ...string) Object {
	o, _ := At(v, names...).(Object)
	return o
}

// ListAt is a list of one where the template has a single value for a list.
func ListAt(v any, names ...string) []any {
	switch v := At(v, names...).(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// OfType returns the properties of all resources of a type, by logical id.
func OfType(template Object, resourceType string) map[string]Object {
	found := make(map[string]Object)
	for id, r := range ObjectAt(template, "Resources") {
		if At(r, "Type") == resourceType {
			found[id] = ObjectAt(r, "Properties")
		}
	}
	return found
}
