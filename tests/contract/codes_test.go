package contract

import (
	"fmt"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/openapitest"
)

// everyCodeWasProvoked returns an error with the codes of the OpenAPI document
// that no test of this package was refused with.
func everyCodeWasProvoked() error {
	codes, err := openapitest.Codes()
	if err != nil {
		return err
	}
	var missing []string
	for _, code := range codes {
		if kit.Codes()[code] == 0 {
			missing = append(missing, code)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("no test of this package provokes %v", missing)
	}
	return nil
}
