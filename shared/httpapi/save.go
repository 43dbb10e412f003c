package httpapi

import (
	"net/http"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Save is functions/save: what a project does with an image that it can use, and the
// recipient's answer to a share.
var Save = Function{Name: "save", Routes: []Route{
	{
		Method: http.MethodPost, Path: "/v1/projects/{projectId}/shared-images/{imageId}/save",
		Scope: scopeSave, handle: jsonBody(saveVia(sharing.ViaShare)),
	},
	{
		Method: http.MethodPost, Path: "/v1/projects/{projectId}/images/{imageId}/copy",
		Scope: scopeSave, handle: jsonBody(saveVia(sharing.ViaOwn)),
	},
	{
		Method: http.MethodPut, Path: "/v1/projects/{projectId}/shared-images/{imageId}/status",
		Scope: scopeReceive, handle: jsonBody(answerShare),
	},
}}

// saveVia makes an own image of one that the project has by a share, or as its own.
func saveVia(via sharing.Via) func(*service.Service, *request, sharing.SaveCommand) (reply, error) {
	return func(s *service.Service, r *request, c sharing.SaveCommand) (reply, error) {
		key, err := idempotencyKey(r.Header)
		if err != nil {
			return reply{}, err
		}
		c.Via, c.Project, c.SourceID, c.Key, c.Origin = via, r.project, r.image, key, r.origin()
		img, err := s.Save(r.Context(), c)
		if err != nil {
			return reply{}, err
		}
		return reply{
			status: http.StatusAccepted, body: img,
			location: "/v1/projects/" + string(img.ProjectID) + "/images/" + string(img.ImageID),
		}, nil
	}
}

func answerShare(s *service.Service, r *request, c sharing.AnswerShareCommand) (reply, error) {
	c.Project, c.ImageID, c.Origin = r.project, r.image, r.origin()
	img, err := s.AnswerShare(r.Context(), c)
	return reply{status: http.StatusOK, body: img}, err
}

// idempotencyKey returns the key, "" when there is no such header. An empty
// header is a mistake, not a request without one.
func idempotencyKey(h http.Header) (string, error) {
	values := h.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 {
		return "", sharing.Invalid(sharing.Violation{Field: "Idempotency-Key", Message: "must be given once"})
	}
	if values[0] == "" {
		return "", sharing.Invalid(sharing.Violation{Field: "Idempotency-Key", Message: "must not be empty"})
	}
	return values[0], nil
}
