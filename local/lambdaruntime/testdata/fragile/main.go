// Command fragile is a function that fails in every way a function can.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do string `json:"do"`
}

func main() {
	switch os.Getenv("INIT") {
	case "exits":
		fmt.Println("this function has a bad configuration")
		os.Exit(3)
	case "reports":
		report()
		os.Exit(1)
	case "hangs":
		time.Sleep(time.Hour)
	}
	lambda.Start(handle)
}

// report says what is wrong at init, which aws-lambda-go has no call for.
func report() {
	response, err := http.Post("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/init/error",
		"application/json", strings.NewReader(`{"errorType":"Config","errorMessage":"no table"}`))
	if err != nil || response.StatusCode != http.StatusAccepted {
		panic(fmt.Sprint(response, err))
	}
}

func handle(ctx context.Context, e event) (map[string]any, error) {
	switch e.Do {
	case "panic":
		panic("at the disco")
	case "exit":
		os.Exit(7)
	case "hang":
		fmt.Println("hanging")
		time.Sleep(time.Hour)
	case "fail":
		return nil, errors.New("as asked")
	}
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	return map[string]any{
		"pid": os.Getpid(), "variables": os.Environ(),
		"requestId": lc.AwsRequestID, "secondsLeft": time.Until(deadline).Seconds(),
	}, nil
}
