package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Unshare is functions/unshare.
var Unshare = Function{Name: "unshare", Routes: []Route{{
	Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}/shares/{targetProjectId}",
	Scope: scopeShare, PlatformScope: scopeCatalogWrite, handle: noBody(unshareImage),
}}}

func unshareImage(s *service.Service, r *request) (reply, error) {
	err := s.Unshare(r.Context(), sharing.UnshareCommand{Owner: r.project, ImageID: r.image, Target: r.target, Origin: r.origin()})
	return reply{status: http.StatusNoContent}, err
}
