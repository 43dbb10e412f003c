package template

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit/cfn"
)

// operations is docs/operations.md, which tells the team what to expect: its
// figures and the template's are the same.
var operations = sync.OnceValue(func() string {
	text, err := os.ReadFile(root + "docs/operations.md")
	if err != nil {
		panic(err)
	}
	return string(text)
})

// documentedLimit reads "each route 500/s, bursts of 1,000".
func documentedLimit(kind string) (object, error) {
	limit := regexp.MustCompile(regexp.QuoteMeta(kind) + ` ([0-9,]+)/s, bursts? of ([0-9,]+)`).FindStringSubmatch(operations())
	if limit == nil {
		return nil, fmt.Errorf("docs/operations.md has no limit of %s", kind)
	}
	return object{"ThrottlingRateLimit": number(limit[1]), "ThrottlingBurstLimit": number(limit[2])}, nil
}

// batches are the limits of a function that the stream triggers.
type batches struct{ batch, tries, hours, days int }

// documentedBatches reads "batches of 10 deletions, …; 10 tries or 6 h, then
// DeadLetters for 14 days", and the same of activities.
func documentedBatches(folder string) (batches, error) {
	of := map[string]string{"on-image-deleted": "deletions", "on-activity": "activities"}[folder]
	row := regexp.MustCompile("batches of ([0-9]+) " + of + ", [^;]*; ([0-9]+) tries or ([0-9]+) h, then `DeadLetters` for ([0-9]+) days").FindStringSubmatch(operations())
	if of == "" || row == nil {
		return batches{}, fmt.Errorf("docs/operations.md has no limits of %s", folder)
	}
	return batches{number(row[1]), number(row[2]), number(row[3]), number(row[4])}, nil
}

func number(text string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
	if err != nil {
		panic(err)
	}
	return n
}

// documentedHeaders are the request headers that openapi.yaml takes and the
// response headers that it promises, in lower case.
var documentedHeaders = sync.OnceValues(func() (taken, promised map[string]bool) {
	document, err := cfn.Parse(string(httpapi.OpenAPI))
	if err != nil {
		panic(err)
	}
	taken, promised = map[string]bool{"authorization": true, "content-type": true}, map[string]bool{}
	collect(document, taken, promised)
	return taken, promised
})

func collect(v any, taken, promised map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			collect(item, taken, promised)
		}
	case object:
		if name, ok := v["name"].(string); ok && v["in"] == "header" {
			taken[strings.ToLower(name)] = true
		}
		for name, value := range v {
			if _, isResponse := v["description"]; isResponse && name == "headers" {
				for header := range objectAt(value) {
					promised[strings.ToLower(header)] = true
				}
			}
			collect(value, taken, promised)
		}
	}
}
