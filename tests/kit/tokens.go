package kit

import (
	"context"
	"fmt"
	"sync"
	"time"

	"image-sharing/tests/kit/api"
)

// tokens are those of a service that were asked for already: to sign and to
// verify one takes longer than most requests.
type tokens struct {
	mu    sync.Mutex
	known map[string]issued
}

type issued struct {
	token string
	at    time.Time
}

// fresh is how long a token is given out again, well within its hour.
const fresh = 30 * time.Minute

func (k *tokens) of(ctx context.Context, c api.Client, subject, scope string, projects []string) (string, error) {
	key := fmt.Sprintf("%q %q %q", subject, scope, projects)
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.known[key]; known.token != "" && time.Since(known.at) < fresh {
		return known.token, nil
	}
	token, err := c.Token(ctx, subject, scope, projects...)
	if err != nil {
		return "", err
	}
	SecretTokens(token)
	if k.known == nil {
		k.known = map[string]issued{}
	}
	k.known[key] = issued{token, time.Now()}
	return token, nil
}
