package iam

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

const template = `
Parameters:
  JwtIssuer: {Type: String}
  JwtAudience: {Type: CommaDelimitedList}
  PlatformClients: {Type: String}
  Other: {Type: String, Default: ""}
Conditions:
  WithOther: !Not [!Equals [!Ref Other, ""]]
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Log: {Type: AWS::Logs::LogGroup}
  OnImageDeletedFunction:
    Type: AWS::Serverless::Function
    Properties:
      Role: !GetAtt CleanUpRole.Arn
  CleanUpRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - Action: [logs:PutLogEvents]
                Resource: !GetAtt Log.Arn
              - Action: dynamodb:GetItem
                Resource: [!GetAtt Table.Arn, !If [WithOther, !Ref Other, !Ref AWS::NoValue]]
                Condition:
                  ForAllValues:StringLike:
                    dynamodb:LeadingKeys: "IMAGE#*"
              - Action: dynamodb:Query
                Resource: !Sub ${Table.Arn}/index/gsi1
                Condition:
                  ForAllValues:StringLike:
                    dynamodb:LeadingKeys: ["PROJECT#*"]
              - Action: [dynamodb:DeleteItem, dynamodb:PutItem, dynamodb:ConditionCheckItem]
                Resource: !GetAtt Table.Arn
                Condition:
                  ForAllValues:StringLike:
                    dynamodb:LeadingKeys: ["IMAGE#*", "PROJECT#*"]
                  ForAnyValue:StringEquals:
                    dynamodb:EnclosingOperation: TransactWriteItems
`

// granted are calls that need every grant of the template, and none besides.
var granted = [][2]string{
	{"GetItem", `{"Key":{"pk":{"S":"IMAGE#a"},"sk":{"S":"IMAGE"}}}`},
	{"Query", `{"IndexName":"gsi1","KeyConditionExpression":"gsi1pk = :p AND begins_with(gsi1sk, :s)","ExpressionAttributeValues":{":p":{"S":"PROJECT#p"},":s":{"S":"OWNED#"}}}`},
	{"TransactWriteItems", `{"TransactItems":[{"Delete":{"Key":{"pk":{"S":"IMAGE#a"}}}},{"Put":{"Item":{"pk":{"S":"IMAGE#b"}}}},{"ConditionCheck":{"Key":{"pk":{"S":"IMAGE#c"}}}}]}`},
	{"TransactWriteItems", `{"TransactItems":[{"Delete":{"Key":{"pk":{"S":"PROJECT#a"}}}},{"Put":{"Item":{"pk":{"S":"PROJECT#b"}}}},{"ConditionCheck":{"Key":{"pk":{"S":"PROJECT#c"}}}}]}`},
}

const function = "on-image-deleted"

// called returns the calls of the function.
func called(t *testing.T, calls ...[2]string) *Calls {
	t.Helper()
	c := &Calls{}
	client := c.Around(unheard{})
	for _, call := range calls {
		ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{InvokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:" + function})
		send(t, client, ctx, call)
	}
	return c
}

func send(t *testing.T, client interface {
	Do(*http.Request) (*http.Response, error)
}, ctx context.Context, call [2]string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://dynamodb.invalid", strings.NewReader(call[1]))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+call[0])
	if _, err := client.Do(r); err != nil {
		t.Fatal(err)
	}
}

// unheard takes every request.
type unheard struct{}

func (unheard) Do(r *http.Request) (*http.Response, error) {
	_, err := io.ReadAll(r.Body)
	return nil, err
}

func rolesIn(t *testing.T, template string) Roles {
	t.Helper()
	roles, err := RolesIn(template)
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

func TestCallsAndGrantsAreTheSame(t *testing.T) {
	c, roles := called(t, granted...), rolesIn(t, template)
	if faults := slices.Concat(c.Ungranted(roles), c.Unused(roles)); len(faults) > 0 {
		t.Errorf("they are not: %q", faults)
	}
}

func TestACallWithoutAGrant(t *testing.T) {
	for name, call := range map[string][2]string{
		"on another action":        {"Scan", `{}`},
		"outside of a transaction": {"PutItem", `{"Item":{"pk":{"S":"IMAGE#a"}}}`},
		"of the table":             {"Query", `{"KeyConditionExpression":"pk = :i","ExpressionAttributeValues":{":i":{"S":"IMAGE#a"}}}`},
		"of another index":         {"Query", `{"IndexName":"gsi2","KeyConditionExpression":"gsi1pk = :p","ExpressionAttributeValues":{":p":{"S":"PROJECT#a"}}}`},
		"of other items":           {"GetItem", `{"Key":{"pk":{"S":"PROJECT#a"}}}`},
		"of a batch":               {"BatchGetItem", `{"RequestItems":{"t":{"Keys":[{"pk":{"S":"IMAGE#a"}}]}}}`},
		"in a transaction":         {"TransactWriteItems", `{"TransactItems":[{"Update":{"Key":{"pk":{"S":"IMAGE#a"}}}}]}`},
		"that only reads":          {"TransactGetItems", `{"TransactItems":[{"Get":{"Key":{"pk":{"S":"IMAGE#a"}}}}]}`},
	} {
		if faults := called(t, call).Ungranted(rolesIn(t, template)); len(faults) != 1 {
			t.Errorf("%s: %q", name, faults)
		}
	}
}

func TestAGrantWithoutACall(t *testing.T) {
	for name, change := range map[string][2]string{
		"of one more action":          {"Action: dynamodb:GetItem", "Action: [dynamodb:GetItem, dynamodb:Scan]"},
		"of any action":               {"Action: dynamodb:GetItem", "Action: dynamodb:*"},
		"of one more kind of items":   {`dynamodb:LeadingKeys: "IMAGE#*"`, `dynamodb:LeadingKeys: ["IMAGE#*", "PROJECT#*"]`},
		"of any items":                {`dynamodb:LeadingKeys: "IMAGE#*"`, `dynamodb:LeadingKeys: "*"`},
		"of the index":                {"[!GetAtt Table.Arn, ", "[!GetAtt Table.Arn, !Sub \"${Table.Arn}/index/gsi1\", "},
		"outside of a transaction":    {"dynamodb:EnclosingOperation: TransactWriteItems", `dynamodb:EnclosingOperation: ["", TransactWriteItems]`},
		"without the other condition": {"                  ForAnyValue:StringEquals:\n                    dynamodb:EnclosingOperation: TransactWriteItems\n", ""},
	} {
		if !strings.Contains(template, change[0]) {
			t.Fatalf("%s: there is no %q", name, change[0])
		}
		if faults := called(t, granted...).Unused(rolesIn(t, strings.Replace(template, change[0], change[1], 1))); len(faults) == 0 {
			t.Errorf("%s goes unnoticed", name)
		}
	}
}

// Conditions of other keys or operators are neither granted nor refused unread.
func TestAConditionThatIsNotUnderstood(t *testing.T) {
	for _, change := range [][2]string{
		{"dynamodb:LeadingKeys", "dynamodb:LeadingKey"},
		{"ForAllValues:StringLike", "ForAllValues:StringLikes"},
		{"ForAllValues:StringLike", "ForAnyValue:StringLike"},
	} {
		if _, err := RolesIn(strings.Replace(template, change[0], change[1], 1)); err == nil {
			t.Errorf("%s instead of %s was taken", change[1], change[0])
		}
	}
}

// What a test does by itself is no call of a function.
func TestOnlyFunctionsNeedGrants(t *testing.T) {
	c := &Calls{}
	send(t, c.Around(unheard{}), t.Context(), granted[0])
	if faults := c.Ungranted(Roles{}); len(faults) > 0 {
		t.Errorf("%q", faults)
	}
}

func TestTemplateRoles(t *testing.T) {
	roles, err := TemplateRoles()
	if err != nil {
		t.Fatal(err)
	}
	for _, function := range []string{"share", "unshare", "list", "save", "catalog", "on-image-deleted"} {
		if len(roles[function]) == 0 {
			t.Errorf("%s is granted nothing", function)
		}
	}
}
