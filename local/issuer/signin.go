package issuer

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"image-sharing/local/sample"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle []byte

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the template shows. Without a Request it only leads to the console.
type page struct {
	Words       words
	Request     []field
	OfferSample bool
	People      []personOffered
	Entered     entered
	Problems    map[string]string // by field, "sample" of the sample
	Scopes      []scopeOffered
}

type field struct{ Name, Value string }

type personOffered struct{ Name, Says string }

type scopeOffered struct {
	Name, Says string
	Chosen     bool
}

// entered is what somebody has typed who is none of the sample's.
type entered struct{ Name, Projects string }

// showSignIn is the authorization endpoint.
func (i *Issuer) showSignIn(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	if _, ok := asked(w, r, values); ok {
		i.show(w, r, http.StatusOK, values, nil)
	}
}

// asked returns the console's request. What is none is answered already.
func asked(w http.ResponseWriter, r *http.Request, values url.Values) (authorization, bool) {
	a, err := authorizationOf(values, originOf(r))
	refused := (*oauthError)(nil)
	switch {
	case errors.As(err, &refused):
		a.refuse(w, r, refused)
	case err != nil:
		write(w, http.StatusBadRequest, page{Words: wordsOf(r, values)})
	}
	return a, err == nil
}

// signIn takes the page's form: somebody of the sample, somebody who was typed, or
// nobody.
func (i *Issuer) signIn(w http.ResponseWriter, r *http.Request) {
	values := pageForm(w, r)
	a, ok := asked(w, r, values)
	if !ok {
		return
	}
	if values.Has("cancel") {
		a.refuse(w, r, &oauthError{"access_denied", "Nobody wanted to sign in."})
		return
	}
	p, problems := personOf(values, wordsOf(r, values))
	if len(problems) > 0 {
		i.show(w, r, http.StatusBadRequest, values, problems)
		return
	}
	name := i.grants.put(code{
		grant:       grant{person: p, scope: a.granted(p), nonce: a.nonce, origin: a.origin, signedIn: time.Now()},
		redirectURI: a.redirectURI, challenge: a.challenge,
	})
	a.redirect(w, r, url.Values{"code": {name}})
}

// loadSample loads the sample and leads back to the page.
func (i *Issuer) loadSample(w http.ResponseWriter, r *http.Request) {
	values := pageForm(w, r)
	if _, ok := asked(w, r, values); !ok {
		return
	}
	if i.sample != nil {
		if err := i.sample.Load(r.Context()); err != nil {
			i.log.ErrorContext(r.Context(), "the sample is not loaded", "cause", err)
			i.show(w, r, http.StatusInternalServerError, values, map[string]string{"sample": wordsOf(r, values).SampleFailed})
			return
		}
	}
	back := url.Values{}
	for _, f := range requestOf(values) {
		back.Set(f.Name, f.Value)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, signInPath+"?"+back.Encode(), http.StatusSeeOther)
}

// pageForm reads a form of the page; what is none has no values, and is refused as such.
func pageForm(w http.ResponseWriter, r *http.Request) url.Values {
	r.Body = http.MaxBytesReader(w, r.Body, httpapi.MaxBodyBytes)
	if r.ParseForm() != nil {
		return nil
	}
	return r.PostForm
}

// personOf returns who was chosen, or what is wrong with who was typed.
func personOf(values url.Values, say words) (sample.Person, map[string]string) {
	people := sample.People()
	if i := slices.IndexFunc(people, func(p sample.Person) bool { return p.Name == values.Get("person") }); i >= 0 {
		return people[i], nil
	}
	p := sample.Person{
		Name:     strings.TrimSpace(values.Get("name")),
		Projects: strings.FieldsFunc(values.Get("projects"), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }),
		Scopes:   values["scopes"],
	}
	problems := map[string]string{}
	var v sharing.Violations
	if v.CheckSubject("name", p.Name); len(v) > 0 {
		problems["name"] = say.BadName
	}
	if slices.ContainsFunc(p.Projects, func(id string) bool { return !sharing.ValidID(id) }) {
		problems["projects"] = say.BadProjects
	}
	return p, problems
}

// show shows the page, with what is wrong with the form that was sent, if anything.
func (i *Issuer) show(w http.ResponseWriter, r *http.Request, status int, values url.Values, problems map[string]string) {
	say := wordsOf(r, values)
	p := page{
		Words: say, Request: requestOf(values), Problems: problems,
		Entered: entered{values.Get("name"), values.Get("projects")},
	}
	if i.sample != nil {
		wanted, err := i.sample.Wanted(r.Context())
		if err != nil {
			i.log.WarnContext(r.Context(), "whether there is anything in the store is not known", "cause", err)
		}
		p.OfferSample = wanted
	}
	for _, person := range sample.People() {
		says := say.Everything
		if len(person.Projects) > 0 {
			says = say.Of + strings.Join(person.Projects, ", ")
		}
		p.People = append(p.People, personOffered{person.Name, says})
	}
	for _, scope := range sample.Scopes() {
		chosen := slices.Contains(values["scopes"], scope) || problems == nil && strings.HasPrefix(scope, "images:")
		p.Scopes = append(p.Scopes, scopeOffered{scope, say.May[scope], chosen})
	}
	write(w, status, p)
}

// requestOf is the console's request as the page hands it on.
func requestOf(values url.Values) (fields []field) {
	for _, name := range parameters {
		if values.Has(name) {
			fields = append(fields, field{name, values.Get(name)})
		}
	}
	return fields
}

// pagePolicy lets the page have its style and send its forms here, and nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func write(w http.ResponseWriter, status int, p page) {
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, p); err != nil {
		panic(err) // of a template and a page that are written here
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "no-referrer") // the address has the console's request in it
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // the client may be gone
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(pageStyle) // the client may be gone
}
