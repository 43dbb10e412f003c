package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// api is the service as one client calls it.
type api struct {
	url    string
	token  string
	client *http.Client
}

// answer has what the tests read of any answer.
type answer struct {
	status int
	raw    string
	body   struct {
		AccessToken string `json:"access_token"`
		Code        string `json:"code"`
		ImageID     string `json:"imageId"`
		Name        string `json:"name"`
		NextToken   string `json:"nextToken"`
		ShareCount  int    `json:"shareCount"`
		Shares      []struct {
			ProjectID string `json:"projectId"`
			SharedBy  string `json:"sharedBy"`
			Result    string `json:"result"`
		} `json:"shares"`
		Images []struct {
			ImageID string `json:"imageId"`
		} `json:"images"`
	}
}

// signIn returns the API for a subject that may do everything for its projects.
func signIn(url, subject string, projects []string) (api, error) {
	a := api{url: url, client: &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}}
	got, err := a.send(request{"POST", "/local/token", "", map[string]any{
		"sub": subject, "projects": projects, "scope": "catalog:write images:read images:share images:save",
	}})
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("no token: %d %s", got.status, got.raw)
	}
	a.token = got.body.AccessToken
	return a, err
}

type request struct {
	method, path string
	key          string // Idempotency-Key, "" for none
	body         any    // nil for none
}

func (r request) String() string {
	body, _ := json.Marshal(r.body)
	return fmt.Sprintf("%s %s %s %s", r.method, r.path, r.key, body)
}

// send returns an error when no whole answer came: the request may have taken
// effect or not.
func (a api) send(r request) (answer, error) {
	var body bytes.Buffer
	if r.body != nil {
		if err := json.NewEncoder(&body).Encode(r.body); err != nil {
			return answer{}, err
		}
	}
	h, err := http.NewRequest(r.method, a.url+r.path, &body)
	if err != nil {
		return answer{}, err
	}
	h.Header.Set("Authorization", "Bearer "+a.token)
	if r.key != "" {
		h.Header.Set("Idempotency-Key", r.key)
	}
	response, err := a.client.Do(h)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{status: response.StatusCode, raw: string(raw)}
	if len(raw) > 0 {
		err = json.Unmarshal(raw, &got.body)
	}
	return got, err
}
