package hosting

import (
	"reflect"
	"strings"
	"testing"

	"image-sharing/shared/httpapi"
)

func TestTheConfigurationOfTheConsole(t *testing.T) {
	for name, test := range map[string]struct {
		environment map[string]string
		want        httpapi.ConsoleConfig
	}{
		"least": {map[string]string{"JWT_ISSUER": "https://i.example"}, httpapi.ConsoleConfig{Issuer: "https://i.example", Scope: httpapi.DefaultConsoleScope}},
		"all": {
			map[string]string{"JWT_ISSUER": "https://i.example/", "CONSOLE_CLIENT_ID": "page", "CONSOLE_SCOPE": "openid a/b", "CONSOLE_ORIGINS": "https://a.example,https://b.example"},
			httpapi.ConsoleConfig{Issuer: "https://i.example/", ClientID: "page", Scope: "openid a/b", Origins: []string{"https://a.example", "https://b.example"}},
		},
	} {
		got, err := configOf(func(name string) string { return test.environment[name] })
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, environment := range map[string]map[string]string{
		"JWT_ISSUER":      {"CONSOLE_CLIENT_ID": "page"},
		"CONSOLE_ORIGINS": {"JWT_ISSUER": "https://i.example", "CONSOLE_ORIGINS": "https://a.example/path"},
	} {
		if _, err := configOf(func(n string) string { return environment[n] }); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: %v", environment, err)
		}
	}
}
