package gateway

import (
	"log/slog"
	"net/http"
	"time"
)

// NewServer returns a server of the gateway with limits like API Gateway's:
// 30 seconds for a request, 10,240 bytes of request line and headers (net/http
// grants 4 KiB more).
func NewServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    10240,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
