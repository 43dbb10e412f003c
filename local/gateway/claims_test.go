package gateway

import (
	"maps"
	"testing"
)

func TestClaimsArriveAsTexts(t *testing.T) {
	i := newIssuer(t, "http://issuer.test")
	d := draft{claims: claims{
		"iss": i.URL(), "iat": nil, "nbf": nil, "exp": 9999999999,
		"text": "a b", "empty": "", "bracketed": "[a b]",
		"whole": 12345678901234567, "fraction": 1.5, "huge": 1e21, "tiny": 1e-7, "negative": -1,
		"yes": true, "no": false,
		"projects": []string{"org-a", "org-b"}, "one": []string{"a"}, "none": []string{},
		"mixed":  []any{"a", 1, true, []any{"b", 1e21}},
		"spaced": []string{"My org-a"}, "inside": []string{"[org-a", "org-b]"}, "quoted": []string{`"org-a"`}, "blank": []any{"org-a", ""},
		"object": map[string]any{"b": "x", "a": map[string]any{"c": 1}},
	}}
	want := map[string]string{
		"iss": i.URL(), "sub": "alice", "aud": testAudience, "exp": "9999999999",
		"text": "a b", "empty": "", "bracketed": "[a b]",
		"whole": "12345678901234567", "fraction": "1.5", "huge": "1000000000000000000000", "tiny": "0.0000001", "negative": "-1",
		"yes": "true", "no": "false",
		"projects": "[org-a org-b]", "one": "[a]", "none": "[]",
		"mixed":  "[a 1 true [b 1000000000000000000000]]",
		"spaced": `["My org-a"]`, "inside": `["[org-a","org-b]"]`, "quoted": `["\"org-a\""]`, "blank": `["org-a",""]`,
		"object": "map[a:map[c:1] b:x]",
	}
	got, err := NewLocalVerifier(i).Verify(withAuthorization("Bearer " + d.signed(t, i)))
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		for name, text := range want {
			if got[name] != text {
				t.Errorf("%s is %q, not %q", name, got[name], text)
			}
		}
		t.Errorf("claims %v", got)
	}
}

func TestNullClaimsAreLeftOut(t *testing.T) {
	got := claimTexts(claims{"null": nil, "sub": "alice"})
	if _, ok := got["null"]; ok || got["sub"] != "alice" {
		t.Errorf("claims %v", got)
	}
}
