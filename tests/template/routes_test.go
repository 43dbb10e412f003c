package template

import (
	"regexp"
	"strings"
	"sync"

	"image-sharing/shared/httpapi"
)

const apiType = "AWS::Serverless::HttpApi"

type route struct {
	function string
	method   string
	path     string
	public   bool
}

func (r route) key() string { return r.method + " " + r.path }

// routesOf returns the HttpApi events of a function, by name.
func routesOf(template object, folder string) map[string]object {
	found := make(map[string]object)
	for name, e := range objectAt(function(template, folder), "Events") {
		if at(e, "Type") == "HttpApi" {
			found[name] = objectAt(e, "Properties")
		}
	}
	return found
}

func routesInTemplate(template object) map[route]bool {
	found := make(map[route]bool)
	for _, folder := range folders {
		for _, e := range routesOf(template, folder) {
			method, _ := at(e, "Method").(string)
			path, _ := at(e, "Path").(string)
			found[route{folder, method, path, at(e, "Auth", "Authorizer") == "NONE"}] = true
		}
	}
	return found
}

func routesInCode() map[route]bool {
	found := make(map[route]bool)
	for _, f := range httpapi.Functions() {
		for _, r := range f.Routes {
			found[route{f.Name, r.Method, r.Path, r.Public()}] = true
		}
	}
	return found
}

func checkRoutes(template object) []error {
	var r report
	sameSet(&r, "routes", routesInTemplate(template), routesInCode())

	inDocument, err := routesInDocument()
	if err != nil {
		return append(r, err)
	}
	inTemplate := map[string]bool{}
	for route := range routesInTemplate(template) {
		inTemplate[route.key()] = true
	}
	sameSet(&r, "routes and openapi.yaml", inTemplate, inDocument)

	for _, folder := range folders {
		for name, e := range routesOf(template, folder) {
			r.want(folder+" "+name+" ApiId", at(e, "ApiId"), "!Ref Api")
			r.want(folder+" "+name+" PayloadFormatVersion", at(e, "PayloadFormatVersion"), "2.0")
			if auth := objectAt(e, "Auth"); auth != nil {
				r.want(folder+" "+name+" Auth", auth, object{"Authorizer": "NONE"})
			}
		}
	}
	return r
}

// routesInDocument are method and path of every operation of openapi.yaml.
var routesInDocument = sync.OnceValues(func() (map[string]bool, error) {
	document, err := parse(string(httpapi.OpenAPI))
	if err != nil {
		return nil, err
	}
	found := make(map[string]bool)
	for path, methods := range objectAt(document, "paths") {
		for method := range methods.(object) {
			if methodRegexp.MatchString(method) {
				found[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	return found, nil
})

var methodRegexp = regexp.MustCompile(`^(get|put|post|delete|patch|head|options|trace)$`)

// The names of the authorizer's keys are API Gateway's: SAM hands on what it
// does not know, and an API without its issuer is one without its routes.
func checkAuthorizer(template object) []error {
	var r report
	r.want("HTTP APIs", len(ofType(template, apiType)), 1)
	api := properties(template, apiType, "Api")
	r.want("Auth", at(api, "Auth"), object{
		"DefaultAuthorizer": "Jwt",
		"Authorizers": object{"Jwt": object{
			"IdentitySource": "$request.header.Authorization",
			"JwtConfiguration": object{
				"issuer":   "!Ref JwtIssuer",
				"audience": "!Ref JwtAudience",
			},
		}},
	})
	r.want("FailOnWarnings", at(api, "FailOnWarnings"), true)
	if at(api, "DefinitionBody") != nil || at(api, "DefinitionUri") != nil {
		r.errorf("the API has a definition of its own, which would not have the routes' authorizer")
	}
	if stage := at(api, "StageName"); stage != nil && stage != "$default" {
		r.errorf("the stage is %v: every path of the contract would begin with it", stage)
	}
	return r
}

func checkThrottles(template object) []error {
	var r report
	api := properties(template, apiType, "Api")
	limits := objectAt(api, "RouteSettings")
	limited, writes := map[string]bool{}, map[string]bool{}
	for key := range limits {
		limited[key] = true
	}
	for route := range routesInCode() {
		if route.method != "GET" {
			writes[route.key()] = true
		}
	}
	sameSet(&r, "RouteSettings", limited, writes)
	for _, name := range []string{"ThrottlingRateLimit", "ThrottlingBurstLimit"} {
		usual, _ := at(api, "DefaultRouteSettings", name).(int)
		if usual < 1 {
			r.errorf("there is no default %s", name)
		}
		for key := range limits {
			if n, _ := at(limits, key, name).(int); n < 1 || n >= usual {
				r.errorf("%s of %s is %d: it must be stricter than %d", name, key, n, usual)
			}
		}
	}
	return r
}

func checkCors(template object) []error {
	var r report
	branches := listAt(template, "Resources", "Api", "Properties", "CorsConfiguration", "!If")
	if len(branches) != 3 {
		r.errorf("CorsConfiguration is no !If")
		return r
	}
	r.want("CORS condition", branches[0], "WithCors")
	r.want("CORS without origins", branches[2], "!Ref AWS::NoValue")
	r.want("WithCors", at(template, "Conditions", "WithCors"), object{"!Not": []any{object{"!Equals": []any{"!Ref CorsOrigins", ""}}}})
	r.want("AllowOrigins", at(branches[1], "AllowOrigins"), object{"!Split": []any{",", "!Ref CorsOrigins"}})
	allowed, methods := map[string]bool{}, map[string]bool{}
	for _, m := range listAt(branches[1], "AllowMethods") {
		allowed[m.(string)] = true
	}
	for route := range routesInCode() {
		methods[route.method] = true
	}
	sameSet(&r, "AllowMethods", allowed, methods)
	r.want("AllowHeaders", at(branches[1], "AllowHeaders"), []any{"authorization", "content-type", "idempotency-key"})
	r.want("AllowCredentials", at(branches[1], "AllowCredentials"), nil)
	return r
}
