// Package iam holds what the functions call of DynamoDB against what their roles
// in template.yaml grant: a call without a grant would be refused in the cloud,
// and only there; a grant without a call is one that nobody would miss.
package iam

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"image-sharing/tests/kit/cfn"
)

// Grant is an action on a resource, for the items whose partition key is like
// Keys, and within an operation, "" for none.
type Grant struct{ Action, Resource, Keys, Within string }

// String is the grant as a person would say it.
func (g Grant) String() string {
	text := g.Action + " on " + g.Resource + " for " + g.Keys
	if g.Within != "" {
		text += " in " + g.Within
	}
	return text
}

// AnyKey is the pattern of a grant, or of a call, that is for any item.
const AnyKey = "*"

const (
	table       = "Table.Arn"
	indexPrefix = "Table.Arn/index/"
)

// Roles are what each function may do to the table and its index.
type Roles map[string]map[Grant]bool

// TemplateRoles are those of the project's template.yaml, which is found from
// any folder of the project.
func TemplateRoles() (Roles, error) {
	folder, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		text, err := os.ReadFile(filepath.Join(folder, "template.yaml"))
		if err == nil {
			return RolesIn(string(text))
		}
		if !os.IsNotExist(err) || folder == filepath.Dir(folder) {
			return nil, err
		}
		folder = filepath.Dir(folder)
	}
}

// RolesIn are those of a template, deployed with its defaults. It returns an error
// for a statement about the table that it does not understand.
func RolesIn(text string) (Roles, error) {
	template, err := cfn.Read(text)
	if err != nil {
		return nil, err
	}
	deployed, err := cfn.DeployedWith(template, nil)
	if err != nil {
		return nil, err
	}
	roles, all := Roles{}, cfn.OfType(deployed.Template, "AWS::IAM::Role")
	for id, function := range cfn.OfType(deployed.Template, "AWS::Serverless::Function") {
		role, _ := function["Role"].(string) // ShareRole.Arn
		role = strings.TrimSuffix(role, ".Arn")
		if all[role] == nil {
			return nil, fmt.Errorf("%s has no role of this template", id)
		}
		grants := map[Grant]bool{}
		for _, policy := range cfn.ListAt(all[role], "Policies") {
			for _, statement := range cfn.ListAt(policy, "PolicyDocument", "Statement") {
				if err := addGrants(grants, statement); err != nil {
					return nil, fmt.Errorf("%s: %w", role, err)
				}
			}
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

// The conditions that a statement about the table can have.
const (
	likeKeys = "ForAllValues:StringLike dynamodb:LeadingKeys"
	isWithin = "ForAnyValue:StringEquals dynamodb:EnclosingOperation"
)

// addGrants adds what a statement grants of the table and its index.
func addGrants(grants map[Grant]bool, statement any) error {
	conditions := map[string][]any{likeKeys: {AnyKey}, isWithin: {""}}
	for operator, of := range cfn.ObjectAt(statement, "Condition") {
		for key := range cfn.ObjectAt(of) {
			conditions[operator+" "+key] = cfn.ListAt(of, key)
		}
	}
	for _, action := range cfn.ListAt(statement, "Action") {
		for _, resource := range cfn.ListAt(statement, "Resource") {
			resource := fmt.Sprint(resource)
			if resource != table && !strings.HasPrefix(resource, indexPrefix) {
				continue
			}
			if len(conditions) > 2 {
				return fmt.Errorf("the conditions of %v on %s are not understood: %v", action, resource, conditions)
			}
			for _, keys := range conditions[likeKeys] {
				for _, within := range conditions[isWithin] {
					grants[Grant{fmt.Sprint(action), resource, fmt.Sprint(keys), fmt.Sprint(within)}] = true
				}
			}
		}
	}
	return nil
}
