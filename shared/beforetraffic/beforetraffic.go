// Package beforetraffic tries the new version of every function before it gets
// any traffic, so that a version that cannot start, reach its table or may not
// read it is refused even where nobody calls it during the canary. CodeDeploy
// calls it once for each function of a deployment (AWS CodeDeploy,
// "BeforeAllowTraffic hook"); it can also be called by hand.
package beforetraffic

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Event is what CodeDeploy calls the hook with. Whoever calls it by hand sends
// {}, and nothing is reported to CodeDeploy.
type Event struct {
	DeploymentID    string `json:"DeploymentId"`
	HookExecutionID string `json:"LifecycleEventHookExecutionId"`
}

// Report says of each function "ok" or what is wrong with its new version.
type Report map[string]string

// hook tries versions, which are ARNs by the name of their function.
type hook struct {
	versions   map[string]string
	lambda     *lambda.Client
	codedeploy *codedeploy.Client
	log        *slog.Logger
}

// handle tries every new version, whichever function CodeDeploy asks about: the
// first that fails takes the whole update back. Only a report that could not be
// delivered is an error; Lambda then calls again.
func (h *hook) handle(ctx context.Context, e Event) (Report, error) {
	report, status := Report{}, types.LifecycleEventStatusSucceeded
	for _, name := range slices.Sorted(maps.Keys(h.versions)) {
		report[name] = "ok"
		if err := h.try(ctx, name); err != nil {
			report[name], status = err.Error(), types.LifecycleEventStatusFailed
		}
	}
	level := slog.LevelInfo
	if status == types.LifecycleEventStatusFailed {
		level = slog.LevelError
	}
	h.log.LogAttrs(ctx, level, "versions tried", slog.String("deployment", e.DeploymentID),
		slog.String("outcome", string(status)), slog.Any("versions", report))
	if e.DeploymentID == "" {
		return report, nil
	}
	_, err := h.codedeploy.PutLifecycleEventHookExecutionStatus(ctx, &codedeploy.PutLifecycleEventHookExecutionStatusInput{
		DeploymentId: &e.DeploymentID, LifecycleEventHookExecutionId: &e.HookExecutionID, Status: status,
	})
	return report, err
}

func (h *hook) try(ctx context.Context, name string) error {
	p, ok := probes[name]
	if !ok {
		return fmt.Errorf("there is no probe for %s: write one in shared/beforetraffic", name)
	}
	out, err := h.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(h.versions[name]), Payload: p.event()})
	if err != nil {
		return err
	}
	if out.FunctionError != nil {
		return fmt.Errorf("it fails: %s", out.Payload)
	}
	return p.check(out.Payload)
}

// parseVersions reads "share=<arn> list=<arn>".
func parseVersions(s string) (map[string]string, error) {
	versions := make(map[string]string)
	for _, pair := range strings.Fields(s) {
		name, arn, ok := strings.Cut(pair, "=")
		if !ok || name == "" || arn == "" {
			return nil, fmt.Errorf("NEW_VERSIONS has %q: it must be <function>=<ARN of the version>", pair)
		}
		versions[name] = arn
	}
	if len(versions) == 0 {
		return nil, fmt.Errorf("NEW_VERSIONS is empty: name the versions to try")
	}
	return versions, nil
}
