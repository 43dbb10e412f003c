// Package lambdalog is the log of the deployed functions.
package lambdalog

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// New returns the log of a deployed function, in the form that Lambda's JSON
// logging expects of a line: timestamp, level and message. A line without
// timestamp would be given the level INFO, whatever it says itself. Each line
// names the version that wrote it, because a deployment is stopped by what its
// new version logs, and by nothing else.
func New(w io.Writer) *slog.Logger {
	lines := slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr})
	return slog.New(invocationHandler{lines.WithAttrs([]slog.Attr{
		slog.String("functionVersion", lambdacontext.FunctionVersion),
	})})
}

// CannotStart ends the process of a function that cannot work: it must fail at
// init, where deployments and alarms see it.
func CannotStart(log *slog.Logger, cause error) {
	log.Error("cannot start", slog.String("outcome", "CannotStart"), slog.String("cause", cause.Error()))
	os.Exit(1)
}

// invocationHandler adds to each line which invocation it belongs to.
// lambdacontext has such a handler, but its requestId is Lambda's, and ours is
// the gateway's, which callers know.
type invocationHandler struct{ slog.Handler }

// Handle adds Lambda's request id and the trace id, where the context has them.
func (h invocationHandler) Handle(ctx context.Context, r slog.Record) error {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		r.AddAttrs(slog.String("lambdaRequestId", invocation.AwsRequestID))
	}
	if id := traceID(ctx); id != "" {
		r.AddAttrs(slog.String("traceId", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the invocation in the lines of the derived log.
func (h invocationHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return invocationHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the invocation in the lines of the derived log.
func (h invocationHandler) WithGroup(name string) slog.Handler {
	return invocationHandler{h.Handler.WithGroup(name)}
}

// traceID returns the X-Ray trace of an invocation, "" if there is none. Its
// header can be a caller's own, so nothing of another form gets into the log.
func traceID(ctx context.Context) string {
	header, _ := ctx.Value("x-amzn-trace-id").(string) // the key is aws-lambda-go's
	for field := range strings.SplitSeq(header, ";") {
		if root, ok := strings.CutPrefix(field, "Root="); ok && isTraceID(root) {
			return root
		}
	}
	return ""
}

// isTraceID reports whether s is a trace id, such as
// 1-58406520-a006649127e371903a2de979.
func isTraceID(s string) bool {
	const form = "1-hhhhhhhh-hhhhhhhhhhhhhhhhhhhhhhhh"
	if len(s) != len(form) {
		return false
	}
	for i := range len(s) {
		isHex := s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'f'
		if form[i] == 'h' && !isHex || form[i] != 'h' && s[i] != form[i] {
			return false
		}
	}
	return true
}
