package access

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/runner"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// providerPart is a provider's part of docs/issuers.md: its settings, and the claims of
// the tokens that it issues to a tenant and to the platform.
var providerPart = regexp.MustCompile("(?s)\n## ([A-Za-z0-9 ]+)\n.*?\n```settings\n(.*?)```.*?\n```tenant\n(.*?)```.*?\n```platform\n(.*?)```")

// TestIssuers: the service takes the tokens that docs/issuers.md shows, behind a TLS proxy
// as they would come from the providers, and lets each do what it names and no more.
func TestIssuers(t *testing.T) {
	text, err := os.ReadFile("../../docs/issuers.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := providerPart.FindAllStringSubmatch(string(text), -1)
	if len(parts) != 4 {
		t.Fatalf("docs/issuers.md has %d providers, not 4", len(parts))
	}
	for _, part := range parts {
		t.Run(part[1], func(t *testing.T) {
			holdsToItsTokens(t, settingsOf(part[2]), claimsOf(t, part[3]), claimsOf(t, part[4]))
		})
	}
}

func settingsOf(block string) map[string]string {
	settings := map[string]string{}
	for line := range strings.Lines(block) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		settings[name] = value
	}
	return settings
}

func claimsOf(t *testing.T, block string) (claims jwt.MapClaims) {
	t.Helper()
	if err := json.Unmarshal([]byte(block), &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func holdsToItsTokens(t *testing.T, settings map[string]string, tenant, platform jwt.MapClaims) {
	if tenant["iss"] != settings["JwtIssuer"] || platform["iss"] != settings["JwtIssuer"] {
		t.Errorf("the tokens are not of the issuer %s", settings["JwtIssuer"])
	}
	provider := newProvider(t, strings.HasSuffix(settings["JwtIssuer"], "/"))
	clients, err := httpapi.ParsePlatformClients(settings["PlatformClients"])
	if err != nil {
		t.Fatal(err)
	}
	e := behindTLS(t, runner.Config{Issuer: provider.name, Audience: settings["JwtAudience"], PlatformClients: clients})
	people, system := provider.token(t, tenant), provider.token(t, platform)

	for _, project := range []string{"org-a", "org-b", "org-c"} {
		e.Send(system, "PUT", api.ProjectPath(project), api.ProjectBody("acct", project)).Is(201)
	}
	e.Send(system, "PUT", api.ImagePath("org-a", "img"), api.ImageBody(nil)).Is(201)
	e.Send(system, "PUT", api.ImagePath("org-c", "theirs"), api.ImageBody(nil)).Is(201)
	e.Send(people, "GET", api.ImagesPath("org-b"), nil).Is(200)
	e.Send(people, "POST", api.SharesPath("org-a", "img"), api.ShareBody("org-b")).Is(200)
	e.Send(people, "POST", api.SavePath("org-b", "img"), api.Object{"name": "mine"}).Refused(403, "MissingScope")
	e.Send(people, "GET", api.ImagesPath("org-c"), nil).Refused(403, "ProjectAccessDenied")
	e.Send(people, "PUT", api.ProjectPath("org-d"), api.ProjectBody("acct", "org-d")).Refused(403, "ProjectAccessDenied")
	by := e.Send(people, "GET", api.SharesPath("org-a", "img"), nil).Is(200).Objects("shares")
	if len(by) != 1 || by[0]["sharedBy"] != tenant["sub"] {
		t.Errorf("the shares are %v", by)
	}

	for _, claim := range []string{"scope", "scp", "roles"} { // a tenant who is given every scope asked for
		if given, ok := tenant[claim].(string); ok {
			tenant[claim] = given + " catalog:write"
			e.Send(provider.token(t, tenant), "PUT", api.ProjectPath("org-d"), api.ProjectBody("acct", "org-d")).Refused(403, "PlatformOnly")
		}
	}
	tenant["iss"] = "https://elsewhere.example"
	e.Send(provider.sign(t, tenant), "GET", api.ImagesPath("org-a"), nil).Refused(401, "Unauthenticated")
}

// standIn issues tokens as a provider would, under an address of this machine.
type standIn struct {
	name string
	key  *rsa.PrivateKey
}

func newProvider(t *testing.T, slash bool) *standIn {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := jwkset.NewJWKFromKey(&key.PublicKey, jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{KID: "1", ALG: jwkset.AlgRS256, USE: jwkset.UseSig}})
	if err != nil {
		t.Fatal(err)
	}
	s := &standIn{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, s.name, strings.TrimSuffix(s.name, "/")+"/keys")
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jwkset.JWKSMarshal{Keys: []jwkset.JWKMarshal{jwk.Marshal()}})
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	trust(t, server)
	if s.name = server.URL; slash {
		s.name += "/"
	}
	return s
}

// trust makes the machine's clients trust a server's certificate, as SSL_CERT_FILE does
// for a process.
func trust(t *testing.T, server *httptest.Server) {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport)
	before := transport.TLSClientConfig
	transport.TLSClientConfig = &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	t.Cleanup(func() { transport.TLSClientConfig = before })
}

// token signs the claims as the stand-in's own.
func (s *standIn) token(t *testing.T, claims jwt.MapClaims) string {
	t.Helper()
	claims["iss"] = s.name
	return s.sign(t, claims)
}

func (s *standIn) sign(t *testing.T, claims jwt.MapClaims) string {
	t.Helper()
	now := time.Now().Unix()
	claims["iat"], claims["exp"] = now, now+300
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = "1"
	signed, err := token.SignedString(s.key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// behindTLS is a service on one machine with its data on disk, behind a proxy that ends TLS.
func behindTLS(t *testing.T, c runner.Config) *kit.Environment {
	t.Helper()
	c.DataDir, c.Store, c.ShareLimit, c.ActivityRetentionDays, c.Log = t.TempDir(), runner.SQLite, 50, 400, slog.New(slog.DiscardHandler)
	r, err := runner.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	target, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(target))
	t.Cleanup(proxy.Close)
	return kit.At(t, proxy.URL)
}
