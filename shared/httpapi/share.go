package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Share is functions/share.
var Share = Function{Name: "share", Routes: []Route{{
	Method: http.MethodPost, Path: "/v1/projects/{projectId}/images/{imageId}/shares",
	Scope: scopeShare, handle: jsonBody(shareImage),
}}}

func shareImage(s *service.Service, r *request, c sharing.ShareCommand) (reply, error) {
	c.Owner, c.ImageID, c.Origin = r.project, r.image, r.origin()
	response, err := s.Share(r.Context(), c)
	return reply{status: http.StatusOK, body: response}, err
}
