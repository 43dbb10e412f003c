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
	var body struct {
		ProjectIDs                  []string `json:"projectIds"`
		AcknowledgeSecurityReminder bool     `json:"acknowledgeSecurityReminder"`
		Region                      *string  `json:"region"`
		DryRun                      bool     `json:"dryRun"`
	}
	if err := r.decode(&body); err != nil {
		return reply{}, err
	}
	region, err := regionOf(body.Region)
	if err != nil {
		return reply{}, err
	}
	answer, err := s.Share(r.Context(), service.ShareRequest{
		Owner: r.project, ImageID: r.image, Region: region,
		ProjectIDs: body.ProjectIDs, Acknowledged: body.AcknowledgeSecurityReminder,
		DryRun: body.DryRun, Subject: r.subject(),
	})
	return reply{status: http.StatusOK, body: answer}, err
}

// regionOf returns the region of a body, "" when the body has none.
func regionOf(region *string) (string, error) {
	if region == nil {
		return "", nil
	}
	return *region, sharing.CheckID("region", *region)
}
