package cfn

import "testing"

func read(t *testing.T, text string) Object {
	t.Helper()
	template, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func TestDeploy(t *testing.T) {
	template := read(t, `
Parameters: {Name: {Type: String, Default: ""}, List: {Type: CommaDelimitedList, Default: "a,b"}}
Conditions: {Named: !Not [!Equals [!Ref Name, ""]]}
Resources:
  Always: {Properties: {A: !If [Named, !Ref Name, !Ref AWS::NoValue], B: !Ref List, C: !GetAtt Always.Arn, D: !Sub "${AWS::StackName}/${Always}"}}
  Sometimes: {Condition: Named, Properties: {A: !Split [",", "a,b"], B: !Join ["-", [!Ref Always, x]]}}`)
	without, err := Deploy(template, nil)
	want(t, "error", err, error(nil))
	want(t, "without a name", without.Template["Resources"], Object{"Always": Object{"Properties": Object{
		"B": []any{"a", "b"}, "C": "Always.Arn", "D": "stack/Always",
	}}})
	with, err := Deploy(template, map[string]string{"Name": "n"})
	want(t, "error", err, error(nil))
	want(t, "with a name", At(with.Template, "Resources", "Always", "Properties", "A"), "n")
	want(t, "with a name", At(with.Template, "Resources", "Sometimes", "Properties"), Object{"A": []any{"a", "b"}, "B": "Always-x"})
}
