package repair

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"image-sharing/shared/deadline"
	"image-sharing/shared/sharing"
)

// unfinished is the outcome of a run whose time was over.
const unfinished = "Unfinished"

// Response is what the function responds with, and what its line in the log has.
type Response struct {
	// Outcome is "ok" when all of the slice was inspected, "Unfinished" when the time was
	// over before, InvalidRequest for an event that is none, and otherwise the code of
	// what hindered it or "failed". Cause says why it is not "ok". The report is of what
	// was done.
	Outcome string `json:"outcome"`
	Cause   string `json:"cause,omitempty"`

	Slice  int  `json:"slice"`
	Slices int  `json:"slices"`
	Remove bool `json:"remove"`

	Report

	// Findings are the first of them, a sentence each; MoreFindings is how many others
	// there are.
	Findings     []string `json:"findings"`
	MoreFindings int      `json:"moreFindings"`
}

// A line in the log holds up to 256 KB.
const (
	mostFindings     = 50
	longestInFinding = 500 // characters
)

// Handler is what lambda.Start takes: it inspects what an event says.
type Handler func(context.Context, json.RawMessage) (Response, error)

// NewHandler returns the handler of the schedule's events, and of a person's. removes is
// whether a scheduled run removes. It returns no error: a run that failed says so in
// its response and in its line, which alarms watch; what DynamoDB hinders is no fault of
// a new version, for which an error would be counted.
func NewHandler(r *Repairer, removes bool, log *slog.Logger) Handler {
	return func(ctx context.Context, event json.RawMessage) (Response, error) {
		early, cancel := deadline.Early(ctx)
		defer cancel()
		start := time.Now()
		response := Response{Outcome: "ok", Findings: []string{}}
		q, err := requestOf(event, removes)
		if err != nil {
			response.Outcome, response.Cause = string(sharing.CodeInvalidRequest), err.Error()
		} else {
			response.run(early, r, q)
		}
		response.log(ctx, log, time.Since(start))
		return response, nil
	}
}

func (e *Response) run(ctx context.Context, r *Repairer, q Request) {
	e.Slice, e.Slices, e.Remove = q.Slice.Index, q.Slice.Of, q.Remove
	var err error
	if e.Report, err = r.Run(ctx, q, e.keep); err != nil {
		e.Outcome, e.Cause = outcomeOf(ctx, err), err.Error()
	}
	if e.Outcome == unfinished { // the call that was under way has nothing to do with it, unless it wrote
		e.Cause = fmt.Sprintf("the time was over after %d pages", e.Pages)
		if errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
			e.Cause += ": " + err.Error()
		}
	}
}

// keep keeps a finding if there is room.
func (e *Response) keep(sentence string) {
	if len(e.Findings) == mostFindings {
		e.MoreFindings++
		return
	}
	e.Findings = append(e.Findings, fmt.Sprintf("%.*s", longestInFinding, sentence))
}

func outcomeOf(ctx context.Context, err error) string {
	var refusal *sharing.Error
	switch {
	case ctx.Err() != nil:
		return unfinished
	case errors.As(err, &refusal):
		return string(refusal.Code)
	}
	return "failed"
}

// level is for people; the alarms go by outcome and counts. A run that was too short is
// no fault of the function, nor is a request of a person that is none.
func (e *Response) level() slog.Level {
	switch {
	case e.Outcome == string(sharing.CodeInvalidRequest):
		return slog.LevelInfo
	case e.Outcome == unfinished:
		return slog.LevelWarn
	case e.Outcome != "ok" || e.Broken > 0:
		return slog.LevelError
	case e.Left > 0:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

func (e *Response) log(ctx context.Context, log *slog.Logger, took time.Duration) {
	cause := slog.Attr{}
	if e.Cause != "" {
		cause = slog.String("cause", e.Cause)
	}
	log.LogAttrs(ctx, e.level(), "inspected",
		slog.Int("slice", e.Slice), slog.Int("slices", e.Slices), slog.Bool("remove", e.Remove),
		slog.Int("pages", e.Pages), slog.Int("projects", e.Projects), slog.Int("images", e.Images),
		slog.Int("shares", e.Shares), slog.Int("activities", e.Activities),
		slog.Int("orphans", e.Orphans), slog.Int("removed", e.Removed),
		slog.Int("closedShares", e.ClosedShares), slog.Int("ended", e.Ended),
		slog.Int("left", e.Left), slog.Int("broken", e.Broken),
		slog.Any("findings", e.Findings), slog.Int("moreFindings", e.MoreFindings),
		slog.String("outcome", e.Outcome),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
		cause)
}
