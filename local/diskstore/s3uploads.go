package diskstore

import (
	"encoding/xml"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

type createResult struct {
	XMLName     xml.Name `xml:"InitiateMultipartUploadResult"`
	Bucket, Key string
	UploadID    string `xml:"UploadId"`
}

func (s *Store) createMultipartUpload(r *request) (reply, error) {
	// Another one would be the object's instead of ours, and composed of the parts'.
	if a := r.Header.Get("X-Amz-Checksum-Algorithm"); a != "" && a != "CRC64NVME" {
		return reply{}, notImplemented("the checksum algorithm " + a)
	}
	id, err := s.createUpload(r.region, upload{Key: r.key, Metadata: metadataOf(r.Header), Initiated: time.Now().UTC()})
	return reply{xml: createResult{Bucket: r.region, Key: r.key, UploadID: id}}, err
}

// partNumber returns 0, which is refused, for what is no number.
func (r *request) partNumber() int {
	n, err := strconv.Atoi(r.query.Get("partNumber"))
	if err != nil {
		return 0
	}
	return n
}

func (p part) quoted() string { return `"` + p.ETag + `"` }

type copyPartResult struct {
	XMLName            xml.Name `xml:"CopyPartResult"`
	ETag, LastModified string
}

func (s *Store) uploadPartCopy(r *request) (reply, error) {
	from, err := s.source(r)
	if err != nil {
		return reply{}, err
	}
	defer from.Close()
	p, err := s.putPart(r.region, r.key, r.query.Get("uploadId"), r.partNumber(), from.rangeETag(), func(f *os.File) error {
		return copyRange(r.Context(), f, from.File, from.first, from.length)
	})
	return reply{xml: copyPartResult{ETag: p.quoted(), LastModified: xmlTime(p.Modified)}}, err
}

type listPartsResult struct {
	XMLName                                xml.Name `xml:"ListPartsResult"`
	Bucket, Key                            string
	UploadID                               string `xml:"UploadId"`
	PartNumberMarker, NextPartNumberMarker int
	MaxParts                               int
	IsTruncated                            bool
	Parts                                  []listedPart `xml:"Part"`
}

type listedPart struct {
	PartNumber         int
	LastModified, ETag string
	Size               int64
}

func (s *Store) listParts(r *request) (reply, error) {
	most, err := r.number("max-parts", maxListed)
	if err != nil {
		return reply{}, err
	}
	after, err := r.number("part-number-marker", 0)
	if err != nil {
		return reply{}, err
	}
	id := r.query.Get("uploadId")
	if _, err := s.upload(r.region, r.key, id); err != nil {
		return reply{}, err
	}
	parts, err := s.parts(uploadDir(r.region, id))
	if err != nil {
		return reply{}, err
	}
	out := listPartsResult{Bucket: r.region, Key: r.key, UploadID: id, PartNumberMarker: after, MaxParts: min(most, maxListed)}
	for _, p := range parts {
		if p.Number <= after {
			continue
		}
		if out.IsTruncated = len(out.Parts) == out.MaxParts; out.IsTruncated {
			break
		}
		out.Parts = append(out.Parts, listedPart{p.Number, xmlTime(p.Modified), p.quoted(), p.SizeBytes})
		out.NextPartNumberMarker = p.Number
	}
	return reply{xml: out}, nil
}

type completeRequest struct {
	Parts []struct {
		PartNumber int
		ETag       string
	} `xml:"Part"`
}

type completeResult struct {
	XMLName                     xml.Name `xml:"CompleteMultipartUploadResult"`
	Location, Bucket, Key, ETag string
	ChecksumCRC64NVME           string
	ChecksumType                string
}

func (s *Store) completeMultipartUpload(r *request) (reply, error) {
	onlyNew, err := r.onlyNew()
	if err != nil {
		return reply{}, err
	}
	var in completeRequest
	if err := r.decode(&in); err != nil {
		return reply{}, err
	}
	if len(in.Parts) == 0 {
		return reply{}, errMalformedXML
	}
	asked := make([]part, len(in.Parts))
	for i, p := range in.Parts {
		asked[i] = part{Number: p.PartNumber, ETag: strings.Trim(p.ETag, `"`)}
	}
	o, err := s.complete(r.Context(), r.region, r.key, r.query.Get("uploadId"), asked, r.Header.Get("X-Amz-Checksum-Crc64nvme"), onlyNew)
	return reply{xml: completeResult{
		Location: r.URL.Path, Bucket: r.region, Key: r.key, ETag: o.etag(), ChecksumCRC64NVME: o.CRC64NVME, ChecksumType: fullObject,
	}}, err
}

func (s *Store) abortMultipartUpload(r *request) (reply, error) {
	return reply{status: http.StatusNoContent}, s.abort(r.region, r.key, r.query.Get("uploadId"))
}

type listUploadsResult struct {
	XMLName            xml.Name `xml:"ListMultipartUploadsResult"`
	Bucket, Prefix     string
	KeyMarker          string `xml:",omitempty"`
	UploadIDMarker     string `xml:"UploadIdMarker,omitempty"`
	NextKeyMarker      string `xml:",omitempty"`
	NextUploadIDMarker string `xml:"NextUploadIdMarker,omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Uploads            []listedUpload `xml:"Upload"`
}

type listedUpload struct {
	Key       string
	UploadID  string `xml:"UploadId"`
	Initiated string
}

func (s *Store) listMultipartUploads(r *request) (reply, error) {
	most, err := r.number("max-uploads", maxListed)
	if err != nil {
		return reply{}, err
	}
	uploads, err := s.uploads(r.region, r.query.Get("prefix"))
	if err != nil {
		return reply{}, err
	}
	out := listUploadsResult{
		Bucket: r.region, Prefix: r.query.Get("prefix"), KeyMarker: r.query.Get("key-marker"),
		UploadIDMarker: r.query.Get("upload-id-marker"), MaxUploads: min(most, maxListed),
	}
	for _, u := range uploads {
		if u.Key < out.KeyMarker || u.Key == out.KeyMarker && (out.UploadIDMarker == "" || u.id <= out.UploadIDMarker) {
			continue // without a marker no key is so small
		}
		if out.IsTruncated = len(out.Uploads) == out.MaxUploads; out.IsTruncated {
			break
		}
		out.Uploads = append(out.Uploads, listedUpload{u.Key, u.id, xmlTime(u.Initiated)})
		out.NextKeyMarker, out.NextUploadIDMarker = u.Key, u.id
	}
	return reply{xml: out}, nil
}
