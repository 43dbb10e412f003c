package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Catalog is functions/catalog: the platform's side, and what members change of their own
// images and projects.
var Catalog = Function{Name: "catalog", Routes: []Route{
	{Method: http.MethodPut, Path: "/v1/projects/{projectId}", PlatformScope: scopeCatalogWrite, handle: jsonBody(putProject)},
	{Method: http.MethodDelete, Path: "/v1/projects/{projectId}", PlatformScope: scopeCatalogWrite, handle: noBody(closeProject)},
	{Method: http.MethodPut, Path: "/v1/projects/{projectId}/sharing-policy", Scope: scopeReceive, PlatformScope: scopeCatalogWrite, handle: jsonBody(putSharingPolicy)},
	{Method: http.MethodPut, Path: "/v1/projects/{projectId}/images/{imageId}", PlatformScope: scopeCatalogWrite, handle: jsonBody(putImage)},
	{Method: http.MethodPut, Path: "/v1/projects/{projectId}/images/{imageId}/suspension", PlatformScope: scopeCatalogWrite, handle: jsonBody(suspendImage)},
	{Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}/suspension", PlatformScope: scopeCatalogWrite, handle: noBody(resumeImage)},
	{Method: http.MethodPatch, Path: "/v1/projects/{projectId}/images/{imageId}", Scope: scopeWrite, PlatformScope: scopeCatalogWrite, handle: jsonBody(patchImage)},
	{Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}", Scope: scopeWrite, PlatformScope: scopeCatalogWrite, handle: noBody(deleteImage)},
}}

func putProject(s *service.Service, r *request, c sharing.PutProjectCommand) (reply, error) {
	c.ID, c.Origin = r.project, r.origin()
	p, created, err := s.PutProject(r.Context(), c)
	return reply{status: putStatus(created), body: p}, err
}

func closeProject(s *service.Service, r *request) (reply, error) {
	err := s.CloseProject(r.Context(), sharing.CloseProjectCommand{ID: r.project, Origin: r.origin()})
	return reply{status: http.StatusNoContent}, byAddress(err)
}

func putSharingPolicy(s *service.Service, r *request, c sharing.PutPolicyCommand) (reply, error) {
	c.Project, c.Origin = r.project, r.origin()
	policy, err := s.PutPolicy(r.Context(), c)
	return reply{status: http.StatusOK, body: policy}, byAddress(err)
}

func putImage(s *service.Service, r *request, c sharing.PutImageCommand) (reply, error) {
	c.Owner, c.ImageID, c.Origin = r.project, r.image, r.origin()
	img, created, err := s.PutImage(r.Context(), c)
	return reply{status: putStatus(created), body: img}, err
}

func suspendImage(s *service.Service, r *request, c sharing.SuspendImageCommand) (reply, error) {
	c.Owner, c.ImageID, c.Origin = r.project, r.image, r.origin()
	img, err := s.SuspendImage(r.Context(), c)
	return reply{status: http.StatusOK, body: img}, err
}

func resumeImage(s *service.Service, r *request) (reply, error) {
	err := s.ResumeImage(r.Context(), sharing.ResumeImageCommand{Owner: r.project, ImageID: r.image, Origin: r.origin()})
	return reply{status: http.StatusNoContent}, err
}

// patchImage lets a member name what is the owner's to say. The rest is the
// platform's: a member who could say that a copy is complete would share what is
// not there.
func patchImage(s *service.Service, r *request, c sharing.PatchImageCommand) (reply, error) {
	if field := c.PlatformField(); field != "" {
		if err := r.caller.platformChanges(field); err != nil {
			return reply{}, err
		}
	}
	c.Owner, c.ImageID, c.Origin = r.project, r.image, r.origin()
	img, err := s.PatchImage(r.Context(), c)
	return reply{status: http.StatusOK, body: img}, err
}

func deleteImage(s *service.Service, r *request) (reply, error) {
	err := s.DeleteImage(r.Context(), sharing.DeleteImageCommand{Owner: r.project, ImageID: r.image, Origin: r.origin()})
	return reply{status: http.StatusNoContent}, err
}

func putStatus(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}
