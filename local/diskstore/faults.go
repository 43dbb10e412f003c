package diskstore

import (
	"encoding/xml"
	"net/http"
)

// fault is an error of the S3 API (Amazon S3 API Reference, "Error responses").
type fault struct {
	status        int
	code, message string
}

// Error implements error.
func (f *fault) Error() string { return f.code + ": " + f.message }

var (
	errNoSuchBucket       = &fault{http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist"}
	errNoSuchKey          = &fault{http.StatusNotFound, "NoSuchKey", "The specified key does not exist."}
	errNoSuchUpload       = &fault{http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."}
	errPreconditionFailed = &fault{http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"}
	errInvalidPart        = &fault{http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."}
	errInvalidPartOrder   = &fault{http.StatusBadRequest, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number."}
	errEntityTooSmall     = &fault{http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"}
	errCopyTooLarge       = &fault{http.StatusBadRequest, "InvalidRequest", "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"}
	errInvalidRange       = &fault{http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable"}
	errIncompleteBody     = &fault{http.StatusBadRequest, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header"}
	errBadDigest          = &fault{http.StatusBadRequest, "BadDigest", "The checksum that you specified did not match what we received."}
	errKeyTooLong         = &fault{http.StatusBadRequest, "KeyTooLongError", "Your key is too long"}
	errMalformedXML       = &fault{http.StatusBadRequest, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"}
)

func notImplemented(what string) error {
	return &fault{http.StatusNotImplemented, "NotImplemented", "This stand-in of S3 does not know " + what + "."}
}

func invalidArgument(message string) error {
	return &fault{http.StatusBadRequest, "InvalidArgument", message}
}

type faultBody struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string
	Message   string
	RequestID string `xml:"RequestId"`
}
