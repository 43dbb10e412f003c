// Package iam holds what the functions call of DynamoDB against what their roles
// in template.yaml grant: a call without a grant would be refused in the cloud,
// and only there; a grant without a call is one that nobody would miss.
package iam

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Grant is an action on a resource, for the items whose partition key is like
// Keys, and within an operation, "" for none.
type Grant struct{ Action, Resource, Keys, Within string }

// String is the grant as a person would say it.
func (g Grant) String() string {
	text := g.Action + " on " + strings.NewReplacer("!GetAtt ", "", "!Sub ", "").Replace(g.Resource) + " for " + g.Keys
	if g.Within != "" {
		text += " in " + g.Within
	}
	return text
}

// AnyKey is the pattern of a grant, or of a call, that is for any item.
const AnyKey = "*"

const (
	table       = "!GetAtt Table.Arn"
	indexPrefix = "!Sub ${Table.Arn}/index/"
)

// Roles are what each function may do to the table and its index.
type Roles map[string]map[Grant]bool

// TemplateRoles are those of the project's template.yaml, which is found from
// any folder of the project.
func TemplateRoles() (Roles, error) {
	folder, err := os.Getwd()
	for err == nil {
		var text []byte
		text, err = os.ReadFile(filepath.Join(folder, "template.yaml"))
		if err == nil {
			return RolesIn(text)
		}
		if !os.IsNotExist(err) || folder == filepath.Dir(folder) {
			break
		}
		folder, err = filepath.Dir(folder), nil
	}
	return nil, err
}

// RolesIn are those of a template. It returns an error for a statement about the
// table that it does not understand.
func RolesIn(template []byte) (Roles, error) {
	var document struct {
		Resources map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(template, &document); err != nil {
		return nil, err
	}
	roles := Roles{}
	for id, resource := range document.Resources {
		if resource.Type != "AWS::Serverless::Function" {
			continue
		}
		var function struct {
			Role yaml.Node `yaml:"Role"`
		}
		if err := resource.Properties.Decode(&function); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		role := strings.TrimSuffix(function.Role.Value, ".Arn") // !GetAtt ShareRole.Arn
		properties := document.Resources[role].Properties
		grants, err := grantsIn(&properties)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", role, err)
		}
		roles[folderOf(id)] = grants
	}
	return roles, nil
}

// folderOf is the folder of a function: on-image-deleted of OnImageDeletedFunction.
func folderOf(id string) string {
	var folder strings.Builder
	for i, letter := range strings.TrimSuffix(id, "Function") {
		if i > 0 && 'A' <= letter && letter <= 'Z' {
			folder.WriteByte('-')
		}
		folder.WriteRune(letter)
	}
	return strings.ToLower(folder.String())
}

type statement struct {
	Action    list                       `yaml:"Action"`
	Resource  list                       `yaml:"Resource"`
	Condition map[string]map[string]list `yaml:"Condition"`
}

// list is a list of scalars, or a single one that stands for a list. One with a
// tag keeps it, as in "!GetAtt Table.Arn".
type list []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (l *list) UnmarshalYAML(n *yaml.Node) error {
	parts := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode && !isIntrinsic(n) {
		parts = n.Content
	}
	for _, part := range parts {
		text := part.Value
		if isIntrinsic(part) {
			text = part.Tag + " " + text
		}
		*l = append(*l, text)
	}
	return nil
}

func isIntrinsic(n *yaml.Node) bool {
	return strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!")
}

func grantsIn(role *yaml.Node) (map[Grant]bool, error) {
	var properties struct {
		Policies []struct {
			PolicyDocument struct {
				Statement []statement `yaml:"Statement"`
			} `yaml:"PolicyDocument"`
		} `yaml:"Policies"`
	}
	if err := role.Decode(&properties); err != nil {
		return nil, err
	}
	grants := map[Grant]bool{}
	for _, policy := range properties.Policies {
		for _, s := range policy.PolicyDocument.Statement {
			if !slices.ContainsFunc(s.Resource, isTable) {
				continue
			}
			if err := s.addTo(grants); err != nil {
				return nil, err
			}
		}
	}
	return grants, nil
}

func isTable(resource string) bool {
	return resource == table || strings.HasPrefix(resource, indexPrefix)
}

// The conditions that a statement about the table can have.
const (
	likeKeys = "ForAllValues:StringLike dynamodb:LeadingKeys"
	isWithin = "ForAnyValue:StringEquals dynamodb:EnclosingOperation"
)

func (s statement) addTo(grants map[Grant]bool) error {
	conditions := map[string]list{likeKeys: {AnyKey}, isWithin: {""}}
	for operator, of := range s.Condition {
		for key, values := range of {
			if _, known := conditions[operator+" "+key]; !known {
				return fmt.Errorf("the condition %s of %s is not understood", operator, key)
			}
			conditions[operator+" "+key] = values
		}
	}
	for _, action := range s.Action {
		for _, resource := range s.Resource {
			for _, keys := range conditions[likeKeys] {
				for _, within := range conditions[isWithin] {
					grants[Grant{action, resource, keys, within}] = true
				}
			}
		}
	}
	return nil
}
