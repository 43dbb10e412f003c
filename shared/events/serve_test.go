package events

import (
	"strings"
	"testing"
)

func environment() map[string]string {
	return map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"EVENT_BUS_NAME": "the-bus",
	}
}

func TestABadConfigurationNamesTheVariable(t *testing.T) {
	for variable, values := range map[string][]string{
		"AWS_REGION":                   {""},
		"AWS_ACCESS_KEY_ID":            {""},
		"AWS_SECRET_ACCESS_KEY":        {""},
		"EVENT_BUS_NAME":               {""},
		"AWS_ENDPOINT_URL_EVENTBRIDGE": {"127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://%"},
	} {
		for _, value := range values {
			env := environment()
			env[variable] = value
			if c, err := configOf(func(name string) string { return env[name] }); err == nil || !strings.Contains(err.Error(), variable) {
				t.Errorf("%s=%q gives %+v, %v", variable, value, c, err)
			}
		}
	}
}

func TestTheConfigurationOfADeployment(t *testing.T) {
	env := environment()
	c, err := configOf(func(name string) string { return env[name] })
	if err != nil || c.Region != "eu-west-1" || c.bus != "the-bus" || c.endpoint != "" || c.Keys.SessionToken != "token" {
		t.Errorf("the configuration is %+v, %v", c, err)
	}
}
