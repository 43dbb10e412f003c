package runner

import (
	"fmt"
	"slices"
	"strings"
)

// settings are the variables that ConfigOf reads.
var settings = []string{
	"PORT", "ENGINE", "COPY_DISKS", "DATA_DIR", "DYNAMODB_ENDPOINT", "TABLE_NAME", "MAX_SHARES_PER_IMAGE",
	"PLATFORM_CLIENTS", "ACTIVITY_RETENTION_DAYS", "JWT_ISSUER", "JWT_AUDIENCE", "CORS_ORIGINS",
	"CONSOLE_CLIENT_ID", "CONSOLE_SCOPE", "CONSOLE_ORIGINS",
}

// CheckNames returns an error that names a variable of the environment (NAME=value)
// that nothing reads and that must be a misspelt setting: with a JWT_ISUER the service
// would trust whoever asks its local issuer.
//
// Misspelt is what differs from a setting that is not set by upper and lower case, by
// underscores and by one letter that is missing, wrong or too much, or two that are
// swapped. Settings of one
// word, PORT and ENGINE, are left out: others have such names by right.
func CheckNames(environ []string) error {
	var names []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	for _, name := range names {
		for _, setting := range settings {
			if strings.Contains(setting, "_") && !slices.Contains(settings, name) && !slices.Contains(names, setting) && isMisspelt(name, setting) {
				return fmt.Errorf("%s is set, which nothing reads: it should be %s, or be unset if it is meant for another program", name, setting)
			}
		}
	}
	return nil
}

func isMisspelt(name, setting string) bool {
	a, b := letters(name), letters(setting)
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a) > len(b)+1 {
		return false
	}
	same := 0
	for same < len(b) && a[same] == b[same] {
		same++
	}
	if len(a) > len(b) {
		return a[same+1:] == b[same:]
	}
	if same == len(b) || a[same+1:] == b[same+1:] {
		return true
	}
	return a[same:same+2] == string([]byte{b[same+1], b[same]}) && a[same+2:] == b[same+2:]
}

func letters(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "_", "")) }
