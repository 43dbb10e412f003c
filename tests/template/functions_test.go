package template

import (
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/tests/kit/cfn"
)

const functionType = "AWS::Serverless::Function"

// folders are the deployed functions, each a folder of functions/.
var folders = func() []string {
	mains, err := filepath.Glob(root + "functions/*/main.go")
	if err != nil || len(mains) == 0 {
		panic("functions/*/main.go finds nothing")
	}
	names := make([]string, len(mains))
	for i, m := range mains {
		names[i] = filepath.Base(filepath.Dir(m))
	}
	return names
}()

// name of a function in logical ids: on-image-deleted is OnImageDeleted.
func logicalName(folder string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(folder, "-") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}

// function returns a function's properties, with the Globals under them.
func function(template object, folder string) object {
	merged := merge(objectAt(template, "Globals", "Function"), properties(template, functionType, logicalName(folder)+"Function"))
	o, _ := merged.(object)
	return o
}

// merge is how SAM puts a function's own properties over the Globals.
func merge(under, over any) any {
	u, isObject := under.(object)
	o, bothAre := over.(object)
	if over == nil {
		return under
	}
	if !isObject || !bothAre {
		return over
	}
	merged := make(object)
	for name := range u {
		merged[name] = merge(u[name], o[name])
	}
	for name := range o {
		merged[name] = merge(u[name], o[name])
	}
	return merged
}

func checkFunctions(template object) []error {
	var r report
	got, want := map[string]bool{}, map[string]bool{}
	for id := range ofType(template, functionType) {
		got[id] = true
	}
	for _, folder := range folders {
		id := logicalName(folder) + "Function"
		want[id] = true
		r.want(id+" BuildMethod", at(template, "Resources", id, "Metadata", "BuildMethod"), "makefile")
		for name, value := range map[string]any{
			"CodeUri":                       ".",
			"Runtime":                       "provided.al2023",
			"Handler":                       "bootstrap",
			"MemorySize":                    512,
			"Tracing":                       "Active",
			"Role":                          "!GetAtt " + logicalName(folder) + "Role.Arn",
			"AutoPublishAlias":              "live",
			"AutoPublishAliasAllProperties": true,
			"FunctionName":                  nil, // a named function cannot be replaced
			"Tags":                          nil, // a changed tag asks for a version that Lambda does not publish
		} {
			r.want(id+" "+name, at(function(template, folder), name), value)
		}
		checkDependencies(&r, template, folder)
	}
	sameSet(&r, "functions", got, want)
	return r
}

// checkDependencies asks that a function waits for the policies of its role: a
// version must not be called before it may do its work.
func checkDependencies(r *report, template object, folder string) {
	waits, want := map[string]bool{}, map[string]bool{}
	for _, id := range listAt(template, "Resources", logicalName(folder)+"Function", "DependsOn") {
		waits[id.(string)] = true
	}
	for _, policy := range listAt(properties(template, roleType, logicalName(folder)+"Role"), "Policies") {
		if id, ok := at(policy, cfn.AttachedBy).(string); ok {
			want[id] = true
		}
	}
	sameSet(r, folder+" DependsOn", waits, want)
}

// callTime is the most that one call to DynamoDB takes, in seconds: five
// attempts of a second and the waits between them (shared/dynamo/client.go).
const callTime = 5.4

// putTime is the most that the events of one PutEvents call take, ten at most, in
// seconds: the call is made three times if single entries are not taken, each with
// three attempts of two seconds; and the waits between them
// (shared/events/publisher.go, client.go, serve.go).
const putTime = 3*(3*2+0.3) + 0.3

// gatewayTime is how long API Gateway waits for a function, in seconds.
const gatewayTime = 30

func checkTimeouts(template object) []error {
	var r report
	for _, folder := range folders {
		timeout, _ := at(function(template, folder), "Timeout").(int)
		least, most := 3*callTime, gatewayTime-1.0
		switch {
		case readsStream(folder):
			batch, _ := at(streamEvent(template, folder), "BatchSize").(int)
			least, most = float64(batch)*callTime, 900
			if folder == "on-activity" {
				least = math.Ceil(float64(batch)/10) * putTime
			}
		case folder == "copy-disks", folder == "repair": // which are stopped by their time as a rule, or may be
			least, most = 900, 900
		case folder == "before-traffic": // one function after the other
			least, most = float64(len(watchedFolders()))*gatewayTime, 900
		}
		if float64(timeout) < least || float64(timeout) > most {
			r.errorf("%s has %d s: it must be from %.1f to %.0f", folder, timeout, least, most)
		}
		for name, route := range routesOf(template, folder) {
			r.want(folder+" "+name+" TimeoutInMillis", at(route, "TimeoutInMillis"), nil) // the gateway's own 30 s
		}
	}
	return r
}

// slowBus needs the whole time of an attempt, fails two of three, and takes none
// of the entries.
type slowBus struct{ attempts int }

func (b *slowBus) Do(r *http.Request) (*http.Response, error) {
	time.Sleep(2 * time.Second)
	if b.attempts++; b.attempts%3 != 0 {
		return responses{"PutEvents": `500 {"__type":"InternalFailure"}`}.Do(r)
	}
	const refused = `{"ErrorCode":"ThrottlingException","ErrorMessage":"m"}`
	return responses{"PutEvents": `200 {"Entries":[` + refused + strings.Repeat(","+refused, 9) + `]}`}.Do(r)
}

// TestPutTime: no batch takes longer, and one can take nearly as long.
func TestPutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, bus := time.Now(), &slowBus{}
		lineOfActivity(bus, slices.Repeat([]events.DynamoDBEventRecord{newActivity()}, 30)...)
		if took := time.Since(begin).Seconds(); took > 3*putTime || took < 3*3*3*2 {
			t.Errorf("%d attempts for three calls' events take %.1f s, putTime says %.1f", bus.attempts, took, 3*putTime)
		}
	})
}

var builtFolder = regexp.MustCompile(`functions/([a-z-]+)`)

// A target of the Makefile builds the function whose folder has its name, so
// that "sam build" does not upload one function as another.
func TestBuildTargets(t *testing.T) {
	for _, folder := range folders {
		target := "build-" + logicalName(folder) + "Function"
		dryRun := exec.Command("make", "--no-print-directory", "-n", target)
		dryRun.Dir = root
		dryRun.Env = append(os.Environ(), "ARTIFACTS_DIR=artifacts")
		out, err := dryRun.CombinedOutput()
		if err != nil {
			t.Errorf("make %s: %v: %s", target, err, out)
			continue
		}
		for _, built := range builtFolder.FindAllStringSubmatch(string(out), -1) {
			if built[1] != folder {
				t.Errorf("make %s builds functions/%s", target, built[1])
			}
		}
		if !strings.Contains(string(out), "functions/"+folder) {
			t.Errorf("make %s does not build functions/%s", target, folder)
		}
		if !strings.Contains(string(out), "artifacts/bootstrap") {
			t.Errorf("make %s does not write to $(ARTIFACTS_DIR)/bootstrap", target)
		}
	}
}
