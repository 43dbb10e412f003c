package main

import (
	"bytes"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/runner"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestMain(m *testing.M) { kit.Main(m) }

// environment is a service whose clean-up never runs: every event is lost.
type environment struct {
	*kit.Environment
	at    place
	db    *dynamodb.Client
	table *dynamo.Store
	token string // of somebody who may do everything
}

func newEnvironment(t *testing.T) *environment {
	t.Helper()
	e := &environment{Environment: kit.Start(t, runner.Config{Store: runner.DynamoDB, WithoutCleanUp: true})}
	e.at = place{table: e.Config.TableName, endpoint: e.Config.DynamoDBEndpoint}
	e.db, e.table = kit.DynamoDB(e.at.endpoint), e.Table()
	projects := []string{"owner", "a", "b", "c"}
	e.token = e.Token(api.EveryScope, projects...)
	for _, p := range projects {
		e.call(201, "PUT", api.ProjectPath(p), api.ProjectBody("account", p))
	}
	return e
}

func noEnvironment(string) string { return "" }

// call fails the test unless the response has the status. A 404 for any reason
// but that there is no such image fails too.
func (e *environment) call(status int, method, path string, body any) kit.Response {
	e.T.Helper()
	response := e.Send(e.token, method, path, body).Is(status)
	if status == 404 {
		response.Refused(404, "ImageNotFound")
	}
	return response
}

func (e *environment) must(err error) {
	e.T.Helper()
	if err != nil {
		e.T.Fatal(err)
	}
}

func (e *environment) image(id string, with ...string) {
	e.T.Helper()
	e.call(201, "PUT", api.ImagePath("owner", id), api.ImageBody(nil))
	if len(with) > 0 {
		e.share(id, with...)
	}
}

func (e *environment) share(id string, with ...string) kit.Response {
	e.T.Helper()
	return e.call(200, "POST", api.SharesPath("owner", id), api.ShareBody(with...))
}

// sees fails unless the lists and the launch check show a project exactly
// these images.
func (e *environment) sees(project string, images ...string) {
	e.T.Helper()
	if got := e.call(200, "GET", api.ReceivedImagesPath(project), nil).IDs(); !slices.Equal(got, images) {
		e.T.Errorf("%s sees %q, not %q", project, got, images)
	}
	for _, id := range images {
		e.call(200, "GET", api.ReceivedPath(project, id), nil)
	}
}

// repair runs the command on the table.
func (e *environment) repair(status int, args ...string) (printed string) {
	e.T.Helper()
	var out, trouble bytes.Buffer
	args = append([]string{"-table", e.at.table, "-endpoint", e.at.endpoint}, args...)
	if got := run(e.T.Context(), args, noEnvironment, &out, &trouble); got != status || trouble.Len() > 0 {
		e.T.Errorf("repair %q ended with %d, not %d: %s%s", args, got, status, &out, &trouble)
	}
	return out.String()
}

// items is the whole table.
func (e *environment) items() map[string]string {
	e.T.Helper()
	return kit.Items(e.T, e.db, e.at.table)
}
