package cfn

import (
	"reflect"
	"strings"
	"testing"
)

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestExpand(t *testing.T) {
	template, err := Parse(`
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
	template, err = Expand(template)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "the small queue", At(template, "Resources", "SmallQueue"), Object{
		"Name": "!Sub ${AWS::StackName}-Small", "Plain": "Small", "Sizes": []any{"a", "b"},
		"Dead": "!Ref SmallDead", "Arn": "!GetAtt SmallDead.Arn",
		"Other": []any{"!Ref Other", Object{"!Join": []any{":", []any{"!GetAtt SmallDead.Arn", "x"}}}},
		"Tagx1": "Small x-1",
	})
	want(t, "the big queue's sizes", At(template, "Resources", "BigQueue", "Sizes"), []any{"c"})
	want(t, "resources", len(ObjectAt(template, "Resources")), 2)
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
		template, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := Expand(template); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
