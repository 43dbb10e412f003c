package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Share is functions/share.
var Share = Function{Name: "share", Routes: []Route{{
	Method: http.MethodPost, Path: "/v1/projects/{projectId}/images/{imageId}/shares",
	Scope: scopeShare, handle: shareImage,
}}}

func shareImage(s *service.Service, r *request) (reply, error) {
	c := sharing.ShareCommand{Owner: r.project, ImageID: r.image, SharedBy: r.subject()}
	if err := r.decode(&c); err != nil {
		return reply{}, err
	}
	response, err := s.Share(r.Context(), c)
	return reply{status: http.StatusOK, body: response}, err
}
