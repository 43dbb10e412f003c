package httpapi

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// responseTypes are the types behind the schemas of successful responses.
var responseTypes = map[string]reflect.Type{
	"ActivityList":    reflect.TypeFor[service.ActivityList](),
	"LaunchableImage": reflect.TypeFor[sharing.LaunchableImage](),
	"ProjectList":     reflect.TypeFor[service.ProjectList](),
	"Project":         reflect.TypeFor[sharing.Project](),
	"OwnedImage":      reflect.TypeFor[sharing.OwnedImage](),
	"OwnedImageList":  reflect.TypeFor[service.List[sharing.OwnedImage]](),
	"ShareList":       reflect.TypeFor[service.ShareList](),
	"ShareResponse":   reflect.TypeFor[service.ShareResponse](),
	"RevokeResponse":  reflect.TypeFor[service.RevokeResponse](),
	"SharingPolicy":   reflect.TypeFor[sharing.SharingPolicy](),
	"SharedImage":     reflect.TypeFor[sharing.SharedImage](),
	"SharedImageList": reflect.TypeFor[service.List[sharing.SharedImage]](),
}

// checkTypes compares what is documented with the types that bodies are decoded
// into and responses are made of, field by field, both ways.
func checkTypes(d *document, report func(string, ...any)) {
	operations, compared := d.operations(), make(map[string]bool)
	for _, f := range Functions() {
		for _, r := range f.Routes {
			op := operations[r.Method+" "+r.Path]
			if body, _ := op.body(); body != nil && r.handle.body != nil {
				comparison{d, report, false}.compare("the body of "+op.name, body, r.handle.body)
			}
			for status, response := range inOrder(objectAt(op.object, "responses")) {
				schema := at(response, "content", "application/json", "schema")
				if schema == nil || status[0] != '2' {
					continue
				}
				name := strings.TrimPrefix(textAt(schema, "$ref"), schemasPlace)
				if responseTypes[name] == nil {
					report("%s %s: no type is known for the schema %q: name it in responseTypes", op.name, status, name)
					continue
				}
				if !compared[name] {
					compared[name] = true
					comparison{d, report, true}.compare(name, schema, responseTypes[name])
				}
			}
		}
	}
	comparison{d, report, true}.compare("a violation", at(d.root, "components", "schemas", "InvalidRequest", "properties", "errors", "items"), reflect.TypeFor[sharing.Violation]())
	comparison{d, report, true}.compare("the reminder", at(d.root, "components", "schemas", "SecurityReminder"), reflect.TypeFor[sharing.SecurityReminder]())
}

type comparison struct {
	*document
	report   func(string, ...any)
	response bool // a field of a response is there unless it has omitempty
}

func (c comparison) compare(where string, schema any, t reflect.Type) {
	if m, ok := reflect.New(t).Interface().(interface{ Name() any }); ok { // of a merge patch
		t = reflect.TypeOf(m.Name()).Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	reference := textAt(schema, "$ref")
	for _, part := range listAt(schema, "anyOf") { // the other one is null
		reference = cmp.Or(reference, textAt(part, "$ref"))
	}
	s := c.merged(schema)
	if got, want := s["type"], schemaType(t); got != want {
		c.report("%s has the type %v, but %v is %s", where, got, t, want)
		return
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		if s["format"] != "date-time" {
			c.report("%s is a time, but has no format: date-time", where)
		}
	case t.Kind() == reflect.Struct:
		c.compareFields(where, s, t)
	case t.Kind() == reflect.Slice:
		c.compare(where+"[]", s["items"], t.Elem())
	case t.Kind() == reflect.Map:
		c.compare(where+".*", s["additionalProperties"], t.Elem())
	case t == reflect.TypeFor[sharing.ProjectID]() || t == reflect.TypeFor[sharing.ImageID]():
		if reference != schemasPlace+"Id" {
			c.report("%s is an id, but does not refer to the schema Id", where)
		}
	case t.Kind() == reflect.String && t.Name() != "string":
		c.compareValues(where, s, constants()[t.Name()])
	}
}

func schemaType(t reflect.Type) any {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "integer"
	case reflect.Slice:
		return "array"
	}
	if t == reflect.TypeFor[time.Time]() {
		return "string"
	}
	return "object"
}

func (c comparison) compareFields(where string, s object, t reflect.Type) {
	if s["additionalProperties"] != false && s["unevaluatedProperties"] != false {
		c.report("%s may have other fields: it needs additionalProperties (or unevaluatedProperties): false", where)
	}
	properties := objectAt(s, "properties")
	required := listAt(s, "required")
	known := make(map[string]bool)
	for name, field := range jsonFields(t) {
		known[name] = true
		if properties[name] == nil {
			c.report("%s of %v is not in %s: add it to %s", name, t, where, documentFile)
			continue
		}
		if always := !strings.Contains(field.Tag.Get("json"), ",omit"); c.response && slices.Contains(required, any(name)) != always {
			c.report("%s.%s: required is %v, but it is there in every response: %v", where, name, !always, always)
		}
		c.compare(where+"."+name, properties[name], field.Type)
	}
	for name := range properties {
		if !known[name] {
			c.report("%s.%s is documented, but %v has no such field", where, name, t)
		}
	}
}

// jsonFields are the fields of a struct by their names in JSON.
func jsonFields(t reflect.Type) map[string]reflect.StructField {
	fields := make(map[string]reflect.StructField)
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if field.Anonymous {
			maps.Copy(fields, jsonFields(field.Type))
			continue
		}
		if name == "" {
			name = field.Name
		}
		fields[name] = field
	}
	return fields
}

func (c comparison) compareValues(where string, s object, want []string) {
	var got []string
	for _, value := range listAt(s, "enum") {
		got = append(got, value.(string))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		c.report("%s is one of %q, in the source of package sharing one of %q", where, got, want)
	}
}

// merged is a schema with all that it refers to, and without null, which an
// optional field of a body may be.
func (d *document) merged(node any) object {
	s, own := object{}, d.resolved(node)
	for _, part := range slices.Concat(listAt(own, "allOf"), listAt(own, "anyOf")) {
		if textAt(part, "type") != "null" {
			s = d.merged(part)
		}
	}
	for word, value := range own {
		switch word {
		case "allOf", "anyOf", "description", "examples":
		case "properties":
			properties := maps.Clone(objectAt(value))
			maps.Copy(properties, objectAt(s, word))
			s[word] = properties
		case "required":
			s[word] = slices.Concat(listAt(s, word), listAt(own, word))
		default:
			s[word] = value
		}
	}
	if types := listAt(s, "type"); len(types) == 2 && types[1] == "null" {
		s["type"] = types[0]
	}
	return s
}

// checkNames holds what is only in responses to what requests are held to: any
// text or number of one name is the same wherever it is.
func checkNames(d *document, report func(string, ...any)) {
	first := make(map[string]object) // by name
	var compare func(where string, schema any)
	compare = func(where string, schema any) {
		for name, property := range inOrder(objectAt(schema, "properties")) {
			compare(where+"."+name, property)
			if slices.Contains([]string{"Problem.code", "GatewayMessage.message"}, where+"."+name) {
				continue // these are not of images
			}
			leaf := d.merged(property)
			if delete(leaf, "pattern"); leaf["format"] != "date-time" { // a request may have a time of another form
				leaf = d.merged(property)
			}
			if leaf["type"] != "string" && leaf["type"] != "integer" || leaf["enum"] != nil {
				continue
			}
			if first[name] == nil {
				first[name] = leaf
			}
			if !reflect.DeepEqual(leaf, first[name]) {
				report("%s.%s is %v, elsewhere it is %v: give it one schema or two names", where, name, leaf, first[name])
			}
		}
	}
	for name, schema := range inOrder(objectAt(d.root, "components", "schemas")) {
		if len(listAt(schema, "allOf")) == 0 { // it is no problem
			compare(name, schema)
		}
	}
}
