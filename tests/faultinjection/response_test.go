package faultinjection

import (
	"errors"
	"fmt"
	"reflect"

	"image-sharing/shared/sharing"
)

// outcome is what a caller was told: a result or an error.
type outcome struct {
	result any
	err    error
}

// told is the code of a refusal, "" for success and other errors.
func (o outcome) told() sharing.Code {
	var refusal *sharing.Error
	errors.As(o.err, &refusal)
	if refusal == nil {
		return ""
	}
	return refusal.Code
}

// isInternal reports whether it is an error that is no refusal.
func (o outcome) isInternal() bool { return o.err != nil && o.told() == "" }

// same reports whether the caller was told the same; causes are for the log.
func (o outcome) same(other outcome) bool {
	if o.err == nil || other.err == nil {
		return o.err == other.err && reflect.DeepEqual(o.result, other.result)
	}
	var a, b *sharing.Error
	return errors.As(o.err, &a) && errors.As(other.err, &b) &&
		a.Code == b.Code && a.Detail == b.Detail && reflect.DeepEqual(a.Extension, b.Extension)
}

func (o outcome) String() string {
	if o.err != nil {
		return o.err.Error()
	}
	return fmt.Sprintf("success, %+v", o.result)
}
