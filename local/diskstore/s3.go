package diskstore

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// request is a request of the API.
type request struct {
	*http.Request
	region, key string // key is "" for the bucket
	query       url.Values
}

// reply is a successful response: a body, or else what is encoded as XML, or
// neither.
type reply struct {
	status int // 0 is 200
	header http.Header
	xml    any
	body   io.ReadCloser
	length int64 // of the body
}

// operation is one of the API, with what a request of it may ask for.
type operation struct {
	serve      func(*Store, *request) (reply, error)
	query      []string
	conditions []string
}

// operations has them by method, by what the path names, and by the parameter or
// header that makes it another one.
var operations = map[string]operation{
	"HEAD object":              {serve: (*Store).headObject},
	"GET object":               {serve: (*Store).getObject},
	"PUT object":               {serve: (*Store).putObject, conditions: []string{"If-None-Match"}},
	"PUT object copy":          {serve: (*Store).copyObject, conditions: []string{"X-Amz-Copy-Source-If-Match"}},
	"DELETE object":            {serve: (*Store).deleteObject},
	"POST object uploads":      {serve: (*Store).createMultipartUpload, query: []string{"uploads"}},
	"PUT object uploadId copy": {serve: (*Store).uploadPartCopy, query: []string{"uploadId", "partNumber"}, conditions: []string{"X-Amz-Copy-Source-If-Match"}},
	"GET object uploadId":      {serve: (*Store).listParts, query: []string{"uploadId", "part-number-marker", "max-parts"}},
	"POST object uploadId":     {serve: (*Store).completeMultipartUpload, query: []string{"uploadId"}, conditions: []string{"If-None-Match"}},
	"DELETE object uploadId":   {serve: (*Store).abortMultipartUpload, query: []string{"uploadId"}},
	"GET bucket uploads":       {serve: (*Store).listMultipartUploads, query: []string{"uploads", "prefix", "key-marker", "upload-id-marker", "max-uploads"}},
	"GET bucket list-type":     {serve: (*Store).listObjects, query: []string{"list-type", "prefix", "continuation-token", "max-keys"}},
}

// Do answers a request to http://<any host>/<bucket>/<key>. It ends with the
// request's context, as an http.Client does; what was asked for is then done or not.
func (s *Store) Do(hr *http.Request) (*http.Response, error) {
	if hr.Body == nil {
		hr.Body = http.NoBody
	}
	defer hr.Body.Close()
	re, err := s.answer(hr)
	if ended := hr.Context().Err(); err != nil && ended != nil {
		return nil, ended
	}
	if err != nil {
		re = refused(err)
	}
	return re.response(hr)
}

func refused(err error) reply {
	f := &fault{http.StatusInternalServerError, "InternalError", err.Error()} // there is nobody to hide it from
	errors.As(err, &f)
	return reply{status: f.status, xml: faultBody{Code: f.code, Message: f.message, RequestID: newID()}}
}

func (s *Store) answer(hr *http.Request) (reply, error) {
	r := &request{Request: hr, query: hr.URL.Query()}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(hr.URL.EscapedPath(), "/"), "/")
	var err, keyErr error
	r.region, err = url.PathUnescape(bucket)
	r.key, keyErr = url.PathUnescape(key)
	if err != nil || keyErr != nil {
		return reply{}, &fault{http.StatusBadRequest, "InvalidURI", "Couldn't parse the specified URI."}
	}
	checked := r.key
	if r.key == "" {
		checked = "any"
	}
	if err := check(r.region, checked); err != nil {
		return reply{}, err
	}
	o, err := operationOf(r)
	if err != nil {
		return reply{}, err
	}
	return o.serve(s, r)
}

// operationOf refuses a request that asks for more than the operation knows: to
// ignore a condition would be to break it.
func operationOf(r *request) (operation, error) {
	name := r.Method + " object"
	if r.key == "" {
		name = r.Method + " bucket"
	}
	for _, parameter := range []string{"uploads", "uploadId", "list-type"} {
		if r.query.Has(parameter) {
			name += " " + parameter
		}
	}
	if r.Header.Get(copySource) != "" {
		name += " copy"
	}
	o, known := operations[name]
	if !known {
		return o, notImplemented(name)
	}
	for parameter := range r.query {
		if parameter != "x-id" && !slices.Contains(o.query, parameter) { // the SDK's name of the operation
			return o, notImplemented("the parameter " + parameter + " of " + name)
		}
	}
	for header := range r.Header {
		isCondition := strings.HasPrefix(header, "If-") || strings.HasPrefix(header, "X-Amz-Copy-Source-If-")
		if isCondition && !slices.Contains(o.conditions, header) {
			return o, notImplemented("the condition " + header + " of " + name)
		}
	}
	return o, nil
}

// onlyNew reports whether the request asks not to replace an object.
func (r *request) onlyNew() (bool, error) {
	switch r.Header.Get("If-None-Match") {
	case "":
		return false, nil
	case "*":
		return true, nil
	}
	return false, notImplemented("a value of If-None-Match other than *")
}

// number returns a parameter, or what goes without it.
func (r *request) number(parameter string, without int) (int, error) {
	text := r.query.Get(parameter)
	if text == "" {
		return without, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, invalidArgument("Provided " + parameter + " not an integer or within integer range")
	}
	return n, nil
}

// decode reads a body of XML, which has at most a megabyte.
func (r *request) decode(body any) error {
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil {
		err = xml.Unmarshal(text, body)
	}
	if err != nil {
		return errMalformedXML
	}
	return nil
}

func (re reply) response(hr *http.Request) (*http.Response, error) {
	header := re.header
	if header == nil {
		header = http.Header{}
	}
	if re.status == 0 {
		re.status = http.StatusOK
	}
	if re.xml != nil {
		text, err := xml.Marshal(re.xml)
		if err != nil {
			return nil, err
		}
		header.Set("Content-Type", "application/xml")
		re.body, re.length = io.NopCloser(bytes.NewReader(append([]byte(xml.Header), text...))), int64(len(xml.Header)+len(text))
	}
	if re.body == nil || hr.Method == http.MethodHead {
		re.body = http.NoBody
	}
	header.Set("Content-Length", strconv.FormatInt(re.length, 10))
	header.Set("X-Amz-Request-Id", newID())
	return &http.Response{
		Status: strconv.Itoa(re.status) + " " + http.StatusText(re.status), StatusCode: re.status, Header: header,
		Body: re.body, ContentLength: re.length, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: hr,
	}, nil
}
