package template

import (
	"strings"

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
			found[route{folder, method, path, at(e, "Auth") == nil}] = true
		}
	}
	return found
}

func routesInCode() map[route]bool {
	found := make(map[route]bool)
	for _, f := range append(httpapi.Functions(), httpapi.Console) {
		for _, r := range f.Routes {
			_, path, _ := strings.Cut(r.Key(), " ")
			found[route{f.Name, r.Method, path, r.Public()}] = true
		}
	}
	return found
}

func checkRoutes(template object) []error {
	var r report
	sameSet(&r, "routes", routesInTemplate(template), routesInCode())
	for _, folder := range folders {
		for name, e := range routesOf(template, folder) {
			r.want(folder+" "+name+" ApiId", at(e, "ApiId"), "!Ref Api")
			if version := at(e, "PayloadFormatVersion"); version != nil { // 2.0 is SAM's default
				r.want(folder+" "+name+" PayloadFormatVersion", version, "2.0")
			}
			if auth := at(e, "Auth"); auth != nil {
				r.want(folder+" "+name+" Auth", auth, object{"Authorizer": "Jwt"})
			}
		}
	}
	return r
}

// The names of the authorizer's keys are API Gateway's: SAM hands on what it
// does not know, and an API without its issuer is one without its routes.
func checkAuthorizer(template object) []error {
	var r report
	r.want("HTTP APIs", len(ofType(template, apiType)), 1)
	api := properties(template, apiType, "Api")
	r.want("Auth", at(api, "Auth"), object{
		"Authorizers": object{"Jwt": object{
			"IdentitySource":   "$request.header.Authorization",
			"JwtConfiguration": object{"issuer": "!Ref JwtIssuer", "audience": "!Ref JwtAudience"},
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

// checkThrottles asks that each route has the limit that docs/operations.md
// names for it: one for writes, one for the document that anybody may read, one
// for the files of the console, one for the rest.
func checkThrottles(template object) []error {
	var r report
	api := properties(template, apiType, "Api")
	limits := objectAt(api, "RouteSettings")
	limited := map[string]bool{}
	for key := range limits {
		limited[key] = true
	}
	named := map[string]bool{}
	for route := range routesInCode() {
		settings, kind := at(api, "DefaultRouteSettings"), "each route"
		switch {
		case route.function == httpapi.Console.Name:
			kind = "each route of the console"
		case route.public:
			kind = "the document"
		case route.method != "GET":
			kind = "each writing route"
		}
		if kind != "each route" {
			settings, named[route.key()] = at(limits, route.key()), true
		}
		want, err := documentedLimit(kind)
		if err != nil {
			return append(r, err)
		}
		r.want("the limit of "+route.key(), settings, want)
	}
	sameSet(&r, "RouteSettings", limited, named)
	return r
}

func checkCors(template object) []error {
	var r report
	without, err := deployed(template, nil)
	if err != nil {
		return append(r, err)
	}
	r.want("CORS without origins", at(properties(without.Template, apiType, "Api"), "CorsConfiguration"), nil)
	d, err := deployed(template, map[string]string{"CorsOrigins": "https://a.example,https://b.example"})
	if err != nil {
		return append(r, err)
	}
	cors := objectAt(properties(d.Template, apiType, "Api"), "CorsConfiguration")
	methods := map[string]bool{}
	for route := range routesInCode() {
		if route.function != httpapi.Console.Name { // which is called from its own origin
			methods[route.method] = true
		}
	}
	taken, promised := documentedHeaders()
	r.want("AllowOrigins", cors["AllowOrigins"], []any{"https://a.example", "https://b.example"})
	sameSet(&r, "AllowMethods", setOf(listAt(cors, "AllowMethods")), methods)
	sameSet(&r, "AllowHeaders", setOf(listAt(cors, "AllowHeaders")), taken)
	sameSet(&r, "ExposeHeaders", setOf(listAt(cors, "ExposeHeaders")), promised)
	r.want("AllowCredentials", cors["AllowCredentials"], nil)
	// Browsers keep a preflight's answer for two hours at most; a change of the
	// origins should not take that long.
	if age, _ := cors["MaxAge"].(int); age < 60 || age > 3600 {
		r.errorf("MaxAge is %v", cors["MaxAge"])
	}
	return r
}

func setOf(list []any) map[string]bool {
	set := map[string]bool{}
	for _, v := range list {
		set[v.(string)] = true
	}
	return set
}
