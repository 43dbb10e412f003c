package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"image-sharing/local/dynamodblocal"
	"image-sharing/local/eventbridge"
)

const busName = "image-sharing"

// openBus starts the event bus that on-activity publishes on, which shows what it
// gets. environment is that of a function on this bus.
func openBus(shown io.Writer) (environment map[string]string, stop func() error, err error) {
	bus := eventbridge.New(eventbridge.Config{Name: busName, Region: dynamodblocal.Region, OnEvent: func(event []byte) {
		_, _ = fmt.Fprintf(shown, "published %s\n", event) // nothing depends on it
	}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: bus, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return map[string]string{
		"EVENT_BUS_NAME": busName, "AWS_ENDPOINT_URL_EVENTBRIDGE": "http://" + listener.Addr().String(),
	}, server.Close, nil
}
