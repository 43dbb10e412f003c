package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"golang.org/x/time/rate"
)

const (
	fetchTime = 10 * time.Second
	// refreshPause is how often at most an unknown kid makes us fetch the keys:
	// anybody can make one up.
	refreshPause     = time.Minute
	maxDocumentBytes = 1 << 20
)

// fetchKeys returns the key set of an issuer, which stays fresh until ctx ends.
func fetchKeys(ctx context.Context, issuerURL string) (keyfunc.Keyfunc, error) {
	client := &http.Client{Timeout: fetchTime}
	keySetURL, err := discover(ctx, client, issuerURL)
	if err != nil {
		return nil, fmt.Errorf("cannot use the token issuer %s: %w", issuerURL, err)
	}
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{keySetURL}, keyfunc.Override{
		Client:                    client,
		NoErrorReturnFirstHTTPReq: new(false),
		RefreshUnknownKID:         rate.NewLimiter(rate.Every(refreshPause), 1),
		// Bounds the wait for the limiter together with the fetch after it.
		RateLimitWaitMax: fetchTime,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot use the keys of the token issuer %s: %w", issuerURL, err)
	}
	return keys, nil
}

// discover returns the jwks_uri of an issuer by OpenID Connect Discovery 1.0,
// section 4. A document that names another issuer is refused: it could be a
// stranger's.
func discover(ctx context.Context, client *http.Client, issuerURL string) (string, error) {
	address := strings.TrimSuffix(issuerURL, "/") + "/.well-known/openid-configuration"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", address, response.Status)
	}
	var document struct {
		Issuer    string `json:"issuer"`
		KeySetURL string `json:"jwks_uri"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxDocumentBytes)).Decode(&document); err != nil {
		return "", fmt.Errorf("%s is not a discovery document: %w", address, err)
	}
	if document.Issuer != issuerURL {
		return "", fmt.Errorf("%s says that the issuer is %q: use exactly that one", address, document.Issuer)
	}
	return document.KeySetURL, nil
}
