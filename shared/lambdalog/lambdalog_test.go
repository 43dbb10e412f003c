package lambdalog

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// logged returns the one line that write makes.
func logged(t *testing.T, write func(*slog.Logger)) map[string]any {
	t.Helper()
	var out bytes.Buffer
	write(New(&out))
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return line
}

func inInvocation(header string) context.Context {
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "8c3f"})
	//lint:ignore SA1029 it is aws-lambda-go's own key
	return context.WithValue(ctx, "x-amzn-trace-id", header)
}

// TestALineHasLambdasForm: these three names are what Lambda's JSON logging
// looks for (AWS Lambda, "Log and monitor Go Lambda functions").
func TestALineHasLambdasForm(t *testing.T) {
	before := lambdacontext.FunctionVersion
	lambdacontext.FunctionVersion = "41"
	t.Cleanup(func() { lambdacontext.FunctionVersion = before })
	line := logged(t, func(log *slog.Logger) {
		log.ErrorContext(inInvocation("Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"), "request", slog.String("outcome", "Internal"))
	})
	at, _ := line["timestamp"].(string)
	if _, err := time.Parse(time.RFC3339Nano, at); err != nil {
		t.Errorf("timestamp: %v", err)
	}
	delete(line, "timestamp")
	want := map[string]any{
		"level": "ERROR", "message": "request", "outcome": "Internal",
		"functionVersion": "41", "lambdaRequestId": "8c3f", "traceId": "1-67891233-abcdef012345678912345678",
	}
	for name, value := range want {
		if line[name] != value {
			t.Errorf("%s is %v, not %v", name, line[name], value)
		}
	}
	if len(line) != len(want) {
		t.Errorf("the line is %v", line)
	}
}

func TestDerivedLogsNameTheInvocation(t *testing.T) {
	line := logged(t, func(log *slog.Logger) {
		log.With(slog.String("a", "b")).InfoContext(inInvocation(""), "m")
	})
	if line["lambdaRequestId"] != "8c3f" || line["a"] != "b" {
		t.Errorf("the line is %v", line)
	}
}

// TestALineOutsideOfAnInvocation: init has no request and no trace.
func TestALineOutsideOfAnInvocation(t *testing.T) {
	line := logged(t, func(log *slog.Logger) { log.Info("m") })
	if len(line) != 4 {
		t.Errorf("the line is %v", line)
	}
}

// TestOnlyATraceIsLoggedAsOne: a caller can send any X-Amzn-Trace-Id, its own
// token too, and Lambda hands it on.
func TestOnlyATraceIsLoggedAsOne(t *testing.T) {
	for header, want := range map[string]string{
		"Root=1-67891233-abcdef012345678912345678":        "1-67891233-abcdef012345678912345678",
		"Self=x;Root=1-67891233-abcdef012345678912345678": "1-67891233-abcdef012345678912345678",
		"":                       "",
		"Root=eyJhbGciOiJSUzI1N": "",
		"Root=1-67891233-abcdef012345678912345678eyJhbGciOiJSUz": "",
		"XRoot=1-67891233-abcdef012345678912345678":              "",
		"1-67891233-abcdef012345678912345678":                    "",
	} {
		if got := traceID(inInvocation(header)); got != want {
			t.Errorf("%q gives %q, not %q", header, got, want)
		}
	}
	if got := traceID(context.Background()); got != "" {
		t.Errorf("no header gives %q", got)
	}
}
