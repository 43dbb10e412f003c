package runner

import (
	"slices"
	"strings"
	"testing"
)

// TestTheSettingsAreThoseThatAreRead, or a misspelt one would not be noticed.
func TestTheSettingsAreThoseThatAreRead(t *testing.T) {
	var read []string
	if _, err := ConfigOf(func(name string) (string, bool) { read = append(read, name); return "", false }, nil); err != nil {
		t.Fatal(err)
	}
	slices.Sort(read)
	if read, known := slices.Compact(read), slices.Sorted(slices.Values(settings)); !slices.Equal(read, known) {
		t.Errorf("ConfigOf reads %q, and known are %q", read, known)
	}
}

func TestAMisspeltSettingIsNamed(t *testing.T) {
	for name, setting := range map[string]string{
		"DATADIR": "DATA_DIR", "DATA_DIRR": "DATA_DIR", "DTA_DIR": "DATA_DIR", "Data_Dir": "DATA_DIR",
		"JWT_ISUER": "JWT_ISSUER", "JWTISSUER": "JWT_ISSUER", "JWT_AUDIENCES": "JWT_AUDIENCE", "PLATFORM_CLIENT": "PLATFORM_CLIENTS",
		"MAX_SHARES_PER_IMAGES": "MAX_SHARES_PER_IMAGE", "ACTIVITY_RETENTION_DAY": "ACTIVITY_RETENTION_DAYS", "TABLENAM": "TABLE_NAME", "TABEL_NAME": "TABLE_NAME", "DATA_DRI": "DATA_DIR",
		"COPY_DISCS": "COPY_DISKS", "DYNAMO_DB_ENDPOINT": "DYNAMODB_ENDPOINT",
	} {
		err := CheckNames([]string{"HOME=/root", name + "=x"})
		if err == nil || !strings.HasPrefix(err.Error(), name+" is set") || !strings.Contains(err.Error(), "should be "+setting+",") {
			t.Errorf("%s: %v", name, err)
		}
		if err := CheckNames([]string{setting + "=right", name + "=x"}); err != nil {
			t.Errorf("%s beside %s: %v", name, setting, err)
		}
	}
}

// TestOtherNamesAreLeftAlone: those of a normal environment, and the settings themselves.
func TestOtherNamesAreLeftAlone(t *testing.T) {
	names := append([]string{
		"PATH", "HOME", "PWD", "OLDPWD", "LANG", "TERM", "USER", "SHELL", "SHLVL", "LOGNAME", "MAIL", "EDITOR", "TMPDIR", "DISPLAY", "HOSTNAME",
		"XDG_DATA_DIRS", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "PGDATA", "PGPORT", "REPORT", "EXPORT", "SPORT", "PORTS", "IMPORT", "ENGINES", "port", "engine",
		"GOFLAGS", "GOPROXY", "GOCACHE", "CGO_ENABLED", "JAVA_HOME", "NODE_ENV", "CI", "DURATION", "SEED", "MAKEFLAGS", "MAKELEVEL", "MFLAGS",
		"AWS_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL_DYNAMODB", "DISK_BUCKETS", "CONFIGURATION", "STATE_DIRECTORY", "INVOCATION_ID", "JOURNAL_STREAM",
		"TABLE", "DATA", "JWT", "JWT_SECRET", "AUDIENCE", "ISSUER", "_", "", "=",
	}, settings...)
	for i, name := range names {
		names[i] = name + "=x"
	}
	if err := CheckNames(names); err != nil {
		t.Error(err)
	}
	for _, name := range names { // without the settings that would explain it
		if err := CheckNames([]string{name}); err != nil {
			t.Error(err)
		}
	}
}
