package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Catalog is functions/catalog: the platform's side.
var Catalog = Function{Name: "catalog", Routes: []Route{
	{Method: http.MethodPut, Path: "/v1/projects/{projectId}", Scope: scopeCatalog, anyProject: true, handle: putProject},
	{Method: http.MethodPut, Path: "/v1/projects/{projectId}/images/{imageId}", Scope: scopeCatalog, anyProject: true, handle: putImage},
	{Method: http.MethodDelete, Path: "/v1/projects/{projectId}/images/{imageId}", Scope: scopeCatalog, anyProject: true, handle: deleteImage},
}}

func putProject(s *service.Service, r *request) (reply, error) {
	var body struct {
		AccountID string `json:"accountId"`
		Name      string `json:"name"`
	}
	if err := r.decode(&body); err != nil {
		return reply{}, err
	}
	p, created, err := s.PutProject(r.Context(), r.project, sharing.ProjectSpec{AccountID: body.AccountID, Name: body.Name})
	return reply{status: putStatus(created), body: p}, err
}

func putImage(s *service.Service, r *request) (reply, error) {
	var body struct {
		Name         string           `json:"name"`
		Description  string           `json:"description"`
		Region       string           `json:"region"`
		Kind         sharing.Kind     `json:"kind"`
		HostType     sharing.HostType `json:"hostType"`
		State        sharing.State    `json:"state"`
		OSName       string           `json:"osName"`
		OSType       string           `json:"osType"`
		Architecture string           `json:"architecture"`
		SystemDisk   sharing.Disk     `json:"systemDisk"`
		DataDisks    []sharing.Disk   `json:"dataDisks"`
	}
	if err := r.decode(&body); err != nil {
		return reply{}, err
	}
	img, created, err := s.PutImage(r.Context(), r.project, r.image, sharing.ImageSpec(body))
	return reply{status: putStatus(created), body: img}, err
}

func deleteImage(s *service.Service, r *request) (reply, error) {
	return reply{status: http.StatusNoContent}, s.DeleteImage(r.Context(), r.project, r.image)
}

func putStatus(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}
