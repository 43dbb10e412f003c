package httpapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
)

// violationsOf returns the violations in an InvalidRequest, nil for no error.
func violationsOf(t *testing.T, err error) []sharing.Violation {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *sharing.Error
	if !errors.As(err, &e) || e.Code != sharing.CodeInvalidRequest {
		t.Fatalf("got %v, not InvalidRequest", err)
	}
	return e.Extension["errors"].([]sharing.Violation)
}

func TestDecodeNamesTheField(t *testing.T) {
	const whole = "must be one JSON object in UTF-8"
	for body, want := range map[string]sharing.Violation{
		"":                       {Field: "body", Message: whole},
		" ":                      {Field: "body", Message: whole},
		"[]":                     {Field: "body", Message: whole},
		`"name"`:                 {Field: "body", Message: whole},
		`{"name":"a"`:            {Field: "body", Message: whole},
		`{"name":"a",}`:          {Field: "body", Message: whole},
		`{"name":"a"}x`:          {Field: "body", Message: whole},
		`{"name":"a"} {}`:        {Field: "body", Message: whole},
		"{\"name\":\"\xff\"}":    {Field: "body", Message: whole},
		"{\"\xff\":1}":           {Field: "body", Message: whole},
		`{"name":"\ud800"}`:      {Field: "body", Message: whole},
		"\ufeff{}":               {Field: "body", Message: whole},
		`{"name":` + deep(20000): {Field: "body", Message: whole},

		`{"more":1}`:                            {Field: "more", Message: "is not a known field"},
		`{"more":1,"more":2}`:                   {Field: "more", Message: "is not a known field"},
		`{"more":` + deep(20000):                {Field: "more", Message: "is not a known field"},
		`{"Name":"a"}`:                          {Field: "Name", Message: "is not a known field"},
		`{"NAME":"a"}`:                          {Field: "NAME", Message: "is not a known field"},
		`{"na\u006de":"a","name":"b"}`:          {Field: "name", Message: "must be given once"},
		`{"disk":{"sizeGiB":1,"iops":1}}`:       {Field: "disk.iops", Message: "is not a known field"},
		`{"disks":[{"sizeGiB":1},{"x":1}]}`:     {Field: "disks[1].x", Message: "is not a known field"},
		`{"` + strings.Repeat("é", 65) + `":1}`: {Field: strings.Repeat("é", 64) + "…", Message: "is not a known field"},

		`{"name":"a","name":"a"}`:                   {Field: "name", Message: "must be given once"},
		`{"disks":[{"sizeGiB":1,"sizeGiB":1}]}`:     {Field: "disks[0].sizeGiB", Message: "must be given once"},
		`{"name":1}`:                                {Field: "name", Message: "must be a string"},
		`{"kind":{}}`:                               {Field: "kind", Message: "must be a string"},
		`{"region":1}`:                              {Field: "region", Message: "must be a string"},
		`{"names":"a"}`:                             {Field: "names", Message: "must be an array"},
		`{"names":["a",1]}`:                         {Field: "names[1]", Message: "must be a string"},
		`{"yes":"true"}`:                            {Field: "yes", Message: "must be true or false"},
		`{"yes":1}`:                                 {Field: "yes", Message: "must be true or false"},
		`{"disk":[]}`:                               {Field: "disk", Message: "must be an object"},
		`{"disk":{"sizeGiB":"1"}}`:                  {Field: "disk.sizeGiB", Message: "must be a whole number"},
		`{"disk":{"sizeGiB":1.5}}`:                  {Field: "disk.sizeGiB", Message: "must be a whole number"},
		`{"disk":{"sizeGiB":99999999999999999999}}`: {Field: "disk.sizeGiB", Message: "must be a whole number"},
	} {
		got := violationsOf(t, (&request{body: []byte(body)}).decode(new(decoded)))
		if len(got) != 1 || got[0] != want {
			t.Errorf("%.60s: %v, not %v", body, got, want)
		}
	}
}

// decoded has a field of each type that the contract's bodies have.
type decoded struct {
	Name   string         `json:"name"`
	Kind   sharing.Kind   `json:"kind"`
	Region *string        `json:"region"`
	Names  []string       `json:"names"`
	Yes    bool           `json:"yes"`
	Disk   sharing.Disk   `json:"disk"`
	Disks  []sharing.Disk `json:"disks"`
}

func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }

var imagesQuery = []string{"region", "name", "state", "ownerProjectId", "limit", "nextToken"}

func TestParseQuery(t *testing.T) {
	for query, want := range map[string]string{ // the fields
		"":                             "",
		"region=r&limit=1&nextToken=x": "",
		"limit=99999999999999999999":   "limit",
		"limit=1&limit=1":              "limit",
		"region=-&region=-":            "region region",
		"Limit=1":                      "Limit",
		"z=1&a=1&limit=0":              "a limit z",
		"%zz=1":                        "query",
		"limit=1;region=r":             "query",
		strings.Repeat("a", 65) + "=1": strings.Repeat("a", 64) + "…",
		"%ff=1":                        "?",
	} {
		r := &request{Request: httptest.NewRequest(http.MethodGet, "/", nil)}
		r.URL.RawQuery = query
		var fields []string
		for _, v := range violationsOf(t, r.parseQuery(imagesQuery).Err()) {
			fields = append(fields, v.Field)
		}
		if got := strings.Join(fields, " "); got != want {
			t.Errorf("%q: violations in %q, not %q", query, got, want)
		}
	}
}

func TestParseQueryKeepsWhatWasAsked(t *testing.T) {
	r := &request{Request: httptest.NewRequest(http.MethodGet, "/?region=r&nextToken=x", nil), project: "p"}
	if err := r.parseQuery(imagesQuery).Err(); err != nil {
		t.Fatal(err)
	}
	if got := r.listRequest(); got.Project != "p" || got.Region != "r" || got.NextToken != "x" || got.Limit != 25 {
		t.Errorf("asked for %+v", got)
	}
	if documented := openAPI().node("#/components/parameters/limit/schema")["default"]; documented != 25 {
		t.Errorf("the documented limit is %v without one", documented)
	}
	if got := violationsOf(t, r.parseQuery(nil).Err()); len(got) != 2 {
		t.Errorf("a route without parameters took them: %v", got)
	}
}

func TestAllViolationsOfPathAndQueryComeTogether(t *testing.T) {
	r := send(t, Unshare, call{method: "DELETE", path: "/v1/projects/-/images/-/shares/-", query: "region=r"})
	r.refused(t, 400, "InvalidRequest")
	for _, field := range []string{"projectId", "imageId", "targetProjectId", "region"} {
		if !strings.Contains(r.Body.String(), `"field":"`+field+`"`) {
			t.Errorf("%s is not named: %s", field, r.Body.String())
		}
	}
	r = send(t, List, call{method: "GET", path: "/v1/projects/p", query: strings.Repeat("-", 30) + "=1&" + many(30)})
	r.refused(t, 400, "InvalidRequest")
	if n := strings.Count(r.Body.String(), `"field"`); n != 20 {
		t.Errorf("%d violations, not 20", n)
	}
}

func many(n int) string {
	var names []string
	for i := range n {
		names = append(names, "q"+strings.Repeat("x", i)+"=1")
	}
	return strings.Join(names, "&")
}

func TestABodyThatCannotBeReadIsInvalid(t *testing.T) {
	r := &request{Request: httptest.NewRequest(http.MethodPost, "/", broken{})}
	if got := violationsOf(t, r.readBody()); len(got) != 1 || got[0].Field != "body" {
		t.Errorf("got %v", got)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
