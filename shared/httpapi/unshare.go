package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
)

// Unshare is functions/unshare.
var Unshare = Function{Name: "unshare", Routes: []Route{{
	Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}/shares/{targetProjectId}",
	Scope: scopeShare, handle: unshareImage,
}}}

func unshareImage(s *service.Service, r *request) (reply, error) {
	err := s.Unshare(r.Context(), r.project, r.image, r.target)
	return reply{status: http.StatusNoContent}, err
}
