package faultinjection

import (
	"context"
	"fmt"

	"image-sharing/local/lambdaruntime"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

// copying is that of the copy that target 0 has begun.
var copying = sharing.CopyID{Image: copyOf0, UID: "uid-copy", Began: at(22)}

// copierAsks is what the copier asks of the table while it copies. What it gets is
// whether it goes on, and into which uploads.
func copierAsks(ask func(context.Context, *service.Service) (sharing.CopyDecision, error)) action {
	return func(ctx context.Context, p *product) (response, error) {
		decision, err := ask(lambdaruntime.Context(ctx, copyDisks), p.service)
		if err != nil {
			return response{code: codeOf(err), text: err.Error()}, nil
		}
		text := fmt.Sprint("under way: ", decision.UnderWay)
		if decision.UnderWay {
			text += fmt.Sprint(", uploads: ", decision.After.Uploads)
		}
		return response{text: text}, nil
	}
}

func keepUpload(id, lost string) action {
	return copierAsks(func(ctx context.Context, s *service.Service) (sharing.CopyDecision, error) {
		return s.KeepUpload(ctx, sharing.KeepUploadCommand{CopyID: copying, Upload: id, Lost: lost})
	})
}

func reportProgress(copied int64) action {
	return copierAsks(func(ctx context.Context, s *service.Service) (sharing.CopyDecision, error) {
		return s.ReportProgress(ctx, progressOf(copied))
	})
}

func progressOf(copied int64) sharing.ReportProgressCommand {
	return sharing.ReportProgressCommand{CopyID: copying, Copying: sharing.Copying{CopiedBytes: copied, TotalBytes: 100}}
}

func completeCopy() action {
	return copierAsks(func(ctx context.Context, s *service.Service) (sharing.CopyDecision, error) {
		return s.CompleteCopy(ctx, "the-request", copying, []string{"images/copy/0"})
	})
}

var tooSlow = sharing.Failure{Code: "TimedOut", Message: "Too slow."}

func failCopy() action {
	return copierAsks(func(ctx context.Context, s *service.Service) (sharing.CopyDecision, error) {
		return s.FailCopy(ctx, "the-request", copying, tooSlow)
	})
}

// What another worker does, or somebody else, to the copy that target 0 has begun.

func keptUpload(id string) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.KeepUpload(ctx, sharing.KeepUploadCommand{CopyID: copying, Upload: id})
		return err
	}
}

func reported(copied int64) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.ReportProgress(ctx, progressOf(copied))
		return err
	}
}

func completed(ctx context.Context, s *dynamo.Store) error {
	_, err := s.CompleteCopy(ctx, sharing.CompleteCopyCommand{CopyID: copying, Origin: sample.Origin(at(40)), Keys: []string{"images/copy/0"}})
	return err
}

func failed(ctx context.Context, s *dynamo.Store) error {
	_, err := s.FailCopy(ctx, sharing.FailCopyCommand{CopyID: copying, Origin: sample.Origin(at(40)), Failure: tooSlow})
	return err
}

func renamed(ctx context.Context, s *dynamo.Store) error {
	c := sharing.PatchImageCommand{Owner: target(0), ImageID: copyOf0, Origin: sample.Origin(at(40))}
	name := "renamed"
	c.Name = sharing.Member[string]{Named: true, Value: &name}
	_, err := s.PatchImage(ctx, c)
	return err
}

func ended(id sharing.ImageID) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		return s.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: target(0), ImageID: id, Origin: sample.Origin(at(90))})
	}
}
