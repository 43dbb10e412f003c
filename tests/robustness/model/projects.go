package model

import (
	"slices"

	"image-sharing/tests/kit/api"
)

// PutProject registers a project or changes it.
type PutProject struct{ Project, Account, Name string }

// Form implements Request.
func (r PutProject) Form() Form {
	return Form{
		By: Platform, Method: "PUT", Path: api.ProjectPath(r.Project), Body: api.ProjectBody(r.Account, r.Name),
		Outcomes: []string{"201", "200", "409 ProjectClosed"},
	}
}

// Apply implements Request.
func (r PutProject) Apply(s *State, o Observed) (*State, Response) {
	status, p := 200, s.Projects[r.Project]
	if p.Closed {
		return s, refusal(409, "ProjectClosed", nil)
	}
	a := r.activity("ProjectChanged", changed(Object{"accountId": p.Account, "name": p.Name}, Object{"accountId": r.Account, "name": r.Name}))
	if p == (Project{}) {
		p.Policy = open
		status, p.Created, a = 201, o.Now, r.activity("ProjectRegistered", nil)
	} else if a.Changed == "" {
		return s, Response{Status: status, Body: p.view(r.Project)}
	}
	p.Account, p.Name, p.Updated = r.Account, r.Name, o.Now
	return s.withProject(r.Project, p).withActivity(a, r.Project), Response{Status: status, Body: p.view(r.Project)}
}

func (p Project) view(id string) Object {
	view := Object{"projectId": id, "accountId": p.Account, "name": p.Name, "state": "Active", "createdAt": p.Created, "updatedAt": p.Updated}
	if p.Closed {
		view["state"], view["closedAt"] = "Closed", p.Updated
	}
	return view
}

// CloseProject closes a project. The rule is for one that has received nothing: what
// it has received ends a little later, which is no answer to any request
// (tests/events holds the service to it).
type CloseProject struct{ Project string }

// Form implements Request.
func (r CloseProject) Form() Form {
	return Form{
		By: Platform, Method: "DELETE", Path: api.ProjectPath(r.Project),
		Outcomes: []string{"204", "404 ProjectNotFound", "409 ProjectNotEmpty"},
	}
}

// Apply implements Request.
func (r CloseProject) Apply(s *State, _ Observed) (*State, Response) {
	p, ok := s.Projects[r.Project]
	switch {
	case !ok:
		return s, refusal(404, "ProjectNotFound", Object{"projectIds": []string{r.Project}})
	case p.Closed:
		return s, Response{Status: 204}
	}
	for _, img := range s.Images {
		if img.Owner == r.Project {
			return s, refusal(409, "ProjectNotEmpty", nil)
		}
	}
	p.Closed, p.Updated = true, Unknown
	a := Activity{Type: "ProjectClosed", Project: r.Project, By: Platform}
	return s.withProject(r.Project, p).withActivity(a, r.Project), Response{Status: 204}
}

// GetProject looks at a project.
type GetProject struct{ Project string }

// Form implements Request.
func (r GetProject) Form() Form {
	return Form{
		By: Tester, Method: "GET", Path: api.ProjectPath(r.Project),
		Outcomes: []string{"200", "404 ProjectNotFound"},
	}
}

// Apply implements Request.
func (r GetProject) Apply(s *State, _ Observed) (*State, Response) {
	p, ok := s.Projects[r.Project]
	if !ok {
		return s, refusal(404, "ProjectNotFound", Object{"projectIds": []string{r.Project}})
	}
	return s, Response{Status: 200, Body: p.view(r.Project)}
}

// ListProjects lists the projects of a token, which are these.
type ListProjects struct{ Projects []string }

// Form implements Request.
func (r ListProjects) Form() Form {
	return Form{By: Tester, Method: "GET", Path: api.ProjectsPath, Outcomes: []string{"200"}}
}

// Apply implements Request.
func (r ListProjects) Apply(s *State, _ Observed) (*State, Response) {
	registered := []Object{}
	for _, id := range slices.Sorted(slices.Values(r.Projects)) {
		if p, ok := s.Projects[id]; ok {
			registered = append(registered, p.view(id))
		}
	}
	return s, Response{Status: 200, Body: Object{"projects": registered}}
}
