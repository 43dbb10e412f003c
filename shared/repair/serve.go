package repair

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/lambdalog"
	"image-sharing/shared/service"
)

// Serve runs the function behind the schedule of inspections, on a table and its use
// cases, which it starts with their log. It does not return. It ends the process when the
// configuration is bad.
func Serve(start func() (*dynamo.Store, *service.Service, *slog.Logger)) {
	removes, err := removes(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(lambdalog.New(os.Stdout), err)
	}
	table, s, log := start()
	lambda.Start(NewHandler(&Repairer{Table: table, Service: s}, removes, log))
}

// removes is whether a scheduled run removes, as the environment says: REPAIR is
// "report", which it is if it is not set, or "remove". The error names the variable.
func removes(getenv func(string) string) (bool, error) {
	switch mode := getenv("REPAIR"); mode {
	case "", "report":
		return false, nil
	case "remove":
		return true, nil
	default:
		return false, fmt.Errorf("REPAIR is %q: it must be report or remove", mode)
	}
}
