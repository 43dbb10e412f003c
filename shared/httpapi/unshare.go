package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Unshare is functions/unshare.
var Unshare = Function{Name: "unshare", Routes: []Route{
	{Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}/shares/{targetProjectId}", Scope: scopeShare, PlatformScope: scopeCatalogWrite, handle: noBody(unshareImage)},
	{Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}/shares", Scope: scopeShare, PlatformScope: scopeCatalogWrite, handle: noBody(revokeShares)},
}}

func unshareImage(s *service.Service, r *request) (reply, error) {
	err := s.Unshare(r.Context(), sharing.UnshareCommand{Owner: r.project, ImageID: r.image, Target: r.target, Origin: r.origin()})
	return reply{status: http.StatusNoContent}, err
}

func revokeShares(s *service.Service, r *request) (reply, error) {
	response, err := s.RevokeShares(r.Context(), sharing.RevokeSharesCommand{Owner: r.project, ImageID: r.image, Origin: r.origin()})
	r.revoked = response.Revoked
	return reply{status: http.StatusOK, body: response}, err
}
