package contract

import (
	"fmt"

	"image-sharing/tests/kit/openapitest"
)

// everyCodeWasProvoked returns an error with the codes of the OpenAPI document
// that no test of this package was refused with.
func everyCodeWasProvoked() error {
	missing, err := openapitest.Missing()
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("no test of this package provokes %v", missing)
	}
	return err
}
