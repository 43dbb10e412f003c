package disks

import (
	"strings"
	"testing"

	"image-sharing/shared/buckets"
)

func environment() map[string]string {
	return map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
		"TABLE_NAME": "table", "CONFIGURATION": "3", "ACTIVITY_RETENTION_DAYS": "30",
		"DISK_BUCKETS": `{"eu-west":{"bucket":"disks-eu-west","region":"eu-west-1"},"cn-bj2":{"bucket":"disks-cn","region":"cn-north-1"}}`,
	}
}

func TestABadConfigurationNamesTheVariable(t *testing.T) {
	for variable, values := range map[string][]string{
		"AWS_REGION":              {""},
		"TABLE_NAME":              {""},
		"AWS_ENDPOINT_URL_S3":     {"127.0.0.1:8000", "ftp://127.0.0.1"},
		"DYNAMODB_ENDPOINT":       {"127.0.0.1:8000"},
		"ACTIVITY_RETENTION_DAYS": {"0", "3651", "x"},
		"DISK_BUCKETS": {
			" ", "{}", "[]", "eu-west", `{"eu-west":"disks"}`, `{"eu-west":{"bucket":"b"}}`, `{"eu-west":{"region":"eu-west-1"}}`, `{"eu west":{"bucket":"b","region":"r"}}`,
			`{"eu-west":{"bucket":"b/c","region":"r"}}`, `{"eu-west":{"bucket":"b","region":"r","zone":"z"}}`, `{"eu-west":{"bucket":"b","region":"r"},"eu-west":{"bucket":"c","region":"r"}}`,
		},
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
	if err != nil || c.tableName != "table" || c.configuration != "3" || c.retentionDays != 30 || strings.Join(c.buckets.Regions(), " ") != "cn-bj2 eu-west" ||
		c.buckets["cn-bj2"] != (buckets.Bucket{Name: "disks-cn", Region: "cn-north-1"}) {
		t.Errorf("the configuration is %+v, %v", c, err)
	}
}

// TestWithoutBucketsThereIsNothingToRemove, and what they are is read as the copier
// reads it.
func TestWithoutBucketsThereIsNothingToRemove(t *testing.T) {
	for buckets, want := range map[string]int{"": 0, environment()["DISK_BUCKETS"]: 2} {
		found := 0
		env := environment()
		env["DISK_BUCKETS"] = buckets
		getenv := func(name string) string { return env[name] }
		places, err := PlacesToRemove(getenv)
		c, errOfCopier := configOf(getenv)
		for _, region := range []string{"eu-west", "cn-bj2"} {
			if _, ok := places(region); ok {
				found++
			}
		}
		if err != nil || errOfCopier != nil || found != want || len(c.buckets) != want {
			t.Errorf("%q gives %d and %v, %v, %v", buckets, found, c.buckets, err, errOfCopier)
		}
		if err := places.Remove(t.Context(), "elsewhere", "img", "uid"); err != nil {
			t.Error(err)
		}
	}
	for variable, bad := range map[string]string{"AWS_REGION": "", "AWS_ENDPOINT_URL_S3": "127.0.0.1:8000", "DISK_BUCKETS": "{}"} {
		env := environment()
		env[variable] = bad
		if _, err := PlacesToRemove(func(name string) string { return env[name] }); err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s=%q: %v", variable, bad, err)
		}
	}
}

func TestCopySource(t *testing.T) {
	if got := *copySource("b", "a b+c/é%"); got != "b/a%20b%2Bc/%C3%A9%25" {
		t.Errorf("as a source it is %s", got)
	}
}
