package dynamodblocal

import (
	"context"
	"path/filepath"
)

// InstallInto is Install into another folder than the user's cache.
var InstallInto = install

// TableInput is what CreateTable creates.
var TableInput = tableInput

// Java is the program that runs the engine.
func (i Installation) Java() string { return i.java }

// Jar is the engine itself.
func (i Installation) Jar() string { return filepath.Join(i.home, "DynamoDBLocal.jar") }

// WithJava runs the engine by another program.
func (i Installation) WithJava(program string) Installation {
	i.java = program
	return i
}

// IsOwn reports whether the process with this origin responds at the endpoint.
func IsOwn(ctx context.Context, endpoint, origin string) bool {
	return (&Process{endpoint: endpoint, origin: origin}).responds(ctx)
}
