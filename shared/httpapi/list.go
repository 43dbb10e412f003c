package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// List is functions/list: everything that only reads.
var List = Function{Name: "list", Routes: []Route{
	{Method: http.MethodGet, Path: "/v1/projects", Scope: scopeRead, handle: noBody(listProjects)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}", Scope: scopeRead, PlatformScope: scopeCatalogRead, handle: noBody(getProject)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/sharing-policy", Scope: scopeRead, PlatformScope: scopeCatalogRead, handle: noBody(getSharingPolicy)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/activity", Scope: scopeRead, PlatformScope: scopeCatalogRead, query: []string{"imageId", "type", "limit", "nextToken"}, handle: noBody(listActivity)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/images", Scope: scopeRead, PlatformScope: scopeCatalogRead, query: []string{"region", "name", "state", "limit", "nextToken"}, handle: noBody(listImages)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/images/{imageId}", Scope: scopeRead, PlatformScope: scopeCatalogRead, handle: noBody(getImage)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/images/{imageId}/shares", Scope: scopeRead, PlatformScope: scopeCatalogRead, handle: noBody(listShares)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/shared-images", Scope: scopeRead, PlatformScope: scopeCatalogRead, query: []string{"region", "name", "ownerProjectId", "status", "limit", "nextToken"}, handle: noBody(listSharedImages)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/shared-images/{imageId}", Scope: scopeRead, PlatformScope: scopeCatalogRead, query: []string{"region", "ownerProjectId"}, handle: noBody(getSharedImage)},
	{Method: http.MethodGet, Path: "/v1/projects/{projectId}/launchable-images/{imageId}", Scope: scopeRead, PlatformScope: scopeCatalogRead, query: []string{"region", "ownerProjectId"}, handle: noBody(launchable)},
	{Method: http.MethodGet, Path: "/openapi.yaml", handle: noBody(getOpenAPI)},
}}

// listProjects lists what the token names, which is all that its holder can act
// for: nobody else's projects are told apart from those that do not exist.
func listProjects(s *service.Service, r *request) (reply, error) {
	var ids []sharing.ProjectID
	for _, id := range r.caller.projects {
		ids = append(ids, sharing.ProjectID(id))
	}
	projects, err := s.Projects(r.Context(), ids)
	return reply{status: http.StatusOK, body: projects}, err
}

func getProject(s *service.Service, r *request) (reply, error) {
	p, err := s.Project(r.Context(), r.project)
	return reply{status: http.StatusOK, body: p}, byAddress(err)
}

func getSharingPolicy(s *service.Service, r *request) (reply, error) {
	policy, err := s.SharingPolicy(r.Context(), r.project)
	return reply{status: http.StatusOK, body: policy}, byAddress(err)
}

func listActivity(s *service.Service, r *request) (reply, error) {
	page, err := s.Activities(r.Context(), service.ActivityRequest{
		Project: r.project, ImageID: sharing.ImageID(r.query.Get("imageId")), Type: sharing.ActivityType(r.query.Get("type")),
		Limit: r.limit, NextToken: r.query.Get("nextToken"),
	})
	return reply{status: http.StatusOK, body: page}, err
}

func listImages(s *service.Service, r *request) (reply, error) {
	page, err := s.OwnedImages(r.Context(), r.listRequest())
	r.unreadable = page.Unreadable
	return reply{status: http.StatusOK, body: page}, err
}

func getImage(s *service.Service, r *request) (reply, error) {
	img, err := s.OwnedImage(r.Context(), r.project, r.image)
	return reply{status: http.StatusOK, body: img}, err
}

func listShares(s *service.Service, r *request) (reply, error) {
	shares, err := s.Shares(r.Context(), r.project, r.image)
	return reply{status: http.StatusOK, body: shares}, err
}

func listSharedImages(s *service.Service, r *request) (reply, error) {
	request := r.listRequest()
	request.Status = r.shareStatus()
	page, err := s.ReceivedImages(r.Context(), request)
	r.unreadable = page.Unreadable
	return reply{status: http.StatusOK, body: page}, err
}

func getSharedImage(s *service.Service, r *request) (reply, error) {
	img, err := s.ReceivedImage(r.Context(), sharing.ReceivedQuery{
		Project: r.project, ImageID: r.image, Region: r.region(), Owner: r.owner(),
	})
	return reply{status: http.StatusOK, body: img}, err
}

func launchable(s *service.Service, r *request) (reply, error) {
	img, err := s.Launchable(r.Context(), sharing.LaunchQuery{
		Project: r.project, ImageID: r.image, Region: r.region(), Owner: r.owner(), Platform: r.platform,
	})
	return reply{status: http.StatusOK, body: img}, err
}

func getOpenAPI(*service.Service, *request) (reply, error) {
	return reply{file: openAPIFile()}, nil
}
