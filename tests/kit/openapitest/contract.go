package openapitest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"sync"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/responses"
	"github.com/pb33f/libopenapi-validator/router"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"image-sharing/shared/httpapi"
)

// contract is the document, ready to check with.
type contract struct {
	components *v3.Components
	paths      *v3.Paths
	routes     router.Router
	traffic    validator.Validator
	schemas    schema_validation.SchemaValidator
}

// loaded compiles the document once for the whole process: that takes as long
// as hundreds of checks.
var loaded = sync.OnceValues(load)

func load() (*contract, error) {
	document, err := libopenapi.NewDocument(httpapi.OpenAPI)
	if err != nil {
		return nil, err
	}
	if ok, errs := schema_validation.ValidateOpenAPIDocument(document); !ok {
		return nil, fmt.Errorf("%v", reasons(errs))
	}
	model, err := document.BuildV3Model()
	if err != nil {
		return nil, err
	}
	options := []config.Option{config.WithFormatAssertions(), config.WithRegexCache(new(sync.Map))}
	return &contract{
		components: model.Model.Components,
		paths:      model.Model.Paths,
		routes:     router.NewRouter(&model.Model, router.WithPathOnlyMatching()),
		traffic:    validator.NewValidatorFromV3Model(&model.Model, options...),
		schemas:    schema_validation.NewSchemaValidator(options...),
	}, nil
}

// check returns what is not as the document says.
func (c *contract) check(e exchange) (mismatches []string) {
	p, isProblem, err := e.problem()
	if err != nil {
		return []string{"the problem is not JSON: " + err.Error()}
	}
	if isProblem && p.Status != e.response.StatusCode {
		mismatches = append(mismatches, fmt.Sprintf("the problem says status %d", p.Status))
	}
	route, err := c.routes.FindRoute(e.request)
	// The router takes HEAD for GET, and "//a/" for "/a". The API does not.
	if err == nil && e.request.Method != http.MethodHead && path.Clean(e.request.URL.Path) == e.request.URL.Path {
		return append(mismatches, c.checkOperation(e, route)...)
	}
	if isProblem {
		mismatches = append(mismatches, c.checkProblem(e, p.Code)...)
	}
	return mismatches
}

func (c *contract) checkOperation(e exchange, route *router.Route) []string {
	response := *e.response
	response.Body = io.NopCloser(bytes.NewReader(e.received))
	// The library takes these for valid, whatever the schema. No response of the
	// API is null.
	if body := bytes.TrimSpace(e.received); len(body) == 0 || string(body) == "null" {
		response.Body = http.NoBody
	}
	_, errs := c.traffic.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(e.request, &response, route.PathItem, route.Path)
	mismatches := reasons(errs)
	if e.succeeded() {
		// The API reads every body as JSON, whatever its type says.
		e.request.Header.Set("Content-Type", "application/json")
		_, errs := c.traffic.ValidateHttpRequestSyncWithPathItem(e.request, route.PathItem, route.Path)
		for _, reason := range reasons(errs) {
			mismatches = append(mismatches, "the API accepted a request that is not valid: "+reason)
		}
	}
	return mismatches
}

// checkProblem checks a problem where there is no operation, such as
// RouteNotFound.
func (c *contract) checkProblem(e exchange, code string) []string {
	schema := c.components.Schemas.GetOrZero(code)
	if schema == nil {
		return []string{fmt.Sprintf("there is no code %q", code)}
	}
	_, errs := c.schemas.ValidateSchemaBytes(schema.Schema(), e.received)
	if response := c.components.Responses.GetOrZero(code); response != nil && response.Headers != nil {
		_, headerErrs := responses.ValidateResponseHeaders(e.request, e.response, response.Headers, "", "")
		errs = append(errs, headerErrs...)
	}
	return reasons(errs)
}

func reasons(errs []*errors.ValidationError) []string {
	var all []string
	for _, err := range errs {
		if len(err.SchemaValidationErrors) == 0 {
			all = append(all, err.Message+": "+err.Reason)
		}
		for _, failure := range err.SchemaValidationErrors {
			all = append(all, fmt.Sprintf("%s: %s %s", err.Message, failure.FieldPath, failure.Reason))
		}
	}
	return all
}

// codesOf are the names of the schemas that extend Problem.
func codesOf(components *v3.Components) (codes []string) {
	for name, schema := range components.Schemas.FromOldest() {
		if slices.ContainsFunc(schema.Schema().AllOf, func(part *base.SchemaProxy) bool {
			return part.GetReference() == "#/components/schemas/Problem"
		}) {
			codes = append(codes, name)
		}
	}
	return codes
}
