package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/tests/kit/ddbtest"
)

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	t.Parallel()
	keys := map[string]string{"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id"} // no secret
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"-help"}, inOrder, "Without -remove it changes nothing"},
		{[]string{"-delete"}, failed, "-delete"},
		{[]string{"remove"}, failed, `"remove" is no flag`},
		{[]string{"-endpoint", "127.0.0.1:8000"}, failed, "it must be a URL"},
		{nil, failed, "set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
		{[]string{"-endpoint", ddbtest.Endpoint(t), "-table", "not-there"}, failed, "cannot read the table not-there"},
	} {
		var out, trouble bytes.Buffer
		if status := run(t.Context(), c.args, func(name string) string { return keys[name] }, &out, &trouble); status != c.status {
			t.Errorf("%q ended with %d, not %d", c.args, status, c.status)
		}
		if !strings.Contains(trouble.String(), c.says) || out.Len() > 0 {
			t.Errorf("%q said %s%s, not %q", c.args, &out, &trouble, c.says)
		}
	}
}

func TestOnlyADeployedTableGetsTheCredentials(t *testing.T) {
	t.Parallel()
	environment := func(name string) string {
		return map[string]string{
			"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
		}[name]
	}
	access := func(p place) (string, aws.Credentials) {
		t.Helper()
		region, credentials, err := p.access(environment)
		if err != nil {
			t.Fatal(err)
		}
		c, err := credentials.Retrieve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return region, c
	}
	if region, c := access(place{table: "t"}); region != "eu-west-1" || c.AccessKeyID != "id" || c.SecretAccessKey != "secret" || c.SessionToken != "session" {
		t.Errorf("a deployed table: %s, %v", region, c)
	}
	if _, c := access(place{table: "t", endpoint: "http://127.0.0.1:8000"}); c.AccessKeyID != "local" || c.SecretAccessKey != "local" || c.SessionToken != "" {
		t.Errorf("an engine on this machine: %v", c)
	}
}
