package httpapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"image-sharing/shared/sharing"
)

// headersOf are the headers that a refusal has because of its code, and those of
// other responses, beside what all have.
var headersOf = map[string][]string{
	"Unauthenticated":  {"WWW-Authenticate"},
	"MethodNotAllowed": {"Allow"},
	"Throttled":        {"Retry-After"},
	"Busy":             {"Retry-After"},
	"POST /v1/projects/{projectId}/shared-images/{imageId}/save 202": {"Location"},
	"POST /v1/projects/{projectId}/images/{imageId}/copy 202":        {"Location"},
	"GET /openapi.yaml 200": {"ETag", "Cache-Control"},
	"GET /openapi.yaml 304": {"ETag", "Cache-Control"},
}

// checkResponses holds what the operations list to the codes: each under its
// status, with its header and an example, and none forgotten.
func checkResponses(d *document, report func(string, ...any)) {
	listed := make(map[string]bool)
	for name, op := range d.operations() {
		for status, response := range inOrder(objectAt(op.object, "responses")) {
			where := name + " " + status
			codes := checkResponse(d, where, d.resolved(response), report)
			if status >= "400" && len(codes) == 0 {
				report("%s has no code", where)
			}
			for _, code := range codes {
				listed[code] = true
				usual := strconv.Itoa(problems[sharing.Code(code)].status)
				ofTheProject := strings.HasSuffix(name, " /v1/projects/{projectId}") || strings.HasSuffix(name, "/sharing-policy")
				byAddress := code == "ProjectNotFound" && ofTheProject && status == "404"
				if status != usual && !byAddress {
					report("%s lists %s, whose status is %s", where, code, usual)
				}
			}
		}
	}
	// These two are of no operation.
	for _, code := range []string{"RouteNotFound", "MethodNotAllowed"} {
		checkResponse(d, code, objectAt(d.root, "components", "responses", code), report)
		listed[code] = true
	}
	for _, code := range constants()["Code"] {
		if !listed[code] {
			report("%s is in the responses of no operation in %s", code, documentFile)
		}
	}
}

// checkResponse returns the codes that a response has.
func checkResponse(d *document, where string, response object, report func(string, ...any)) []string {
	media := objectAt(response, "content", "application/problem+json")
	codes := codesOf(at(media, "schema"))
	if examples := slices.Sorted(maps.Keys(objectAt(media, "examples"))); !slices.Equal(examples, codes) {
		report("%s has examples of %v, and the codes %v", where, examples, codes)
	}
	checkHeaders(d, append(codes, where)[:max(len(codes), 1)], objectAt(response, "headers"), func(format string, args ...any) {
		report(where+": "+format, args...)
	})
	return codes
}

// checkHeaders: a header that every one of the codes has is required, one that
// none has is not there.
func checkHeaders(d *document, codes []string, headers object, report func(string, ...any)) {
	having := make(map[string]int)
	for _, code := range codes {
		for _, name := range headersOf[code] {
			having[name]++
		}
	}
	for name, n := range having {
		header := d.resolved(headers[name])
		if required := at(header, "required") == true; header == nil || required != (n == len(codes)) {
			report("the header %s is %v, but %d of %v have it", name, header, n, codes)
		}
	}
	for name := range headers {
		if having[name] == 0 {
			report("the header %s is documented, but none of %v has it: see headersOf", name, codes)
		}
	}
}

// codesOf are the codes of a problem's schema, which is a reference or a choice
// of references.
func codesOf(schema any) (codes []string) {
	for _, choice := range append(listAt(schema, "oneOf"), schema) {
		if code, ok := strings.CutPrefix(textAt(choice, "$ref"), schemasPlace); ok {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}
