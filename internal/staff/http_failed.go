package staff

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

const failedPath = "/admin/failed"

func (p *pages) failedRoutes(r *web.Routes) {
	r.Page("GET /admin/failed", PermFailed, p.failed)
	r.Form("POST /admin/failed/jobs/{job}/retry", PermFailed, p.retryJob)
	r.Page("GET /admin/failed/jobs/{job}/discard", PermFailed, p.confirmPutAway)
	r.Form("POST /admin/failed/jobs/{job}/discard", PermFailed, p.putAway)
	r.Form("POST /admin/failed/messages/{failed}/retry", PermFailed, p.retryMessage)
}

func jobPath(id, act string) string { return failedPath + "/jobs/" + url.PathEscape(id) + "/" + act }

func (p *pages) failed(w http.ResponseWriter, r *http.Request) error {
	work, err := p.Failed(r.Context())
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.failed.title"))
	return web.Render(w, r, http.StatusOK, failedPage(props, work))
}

func (p *pages) retryJob(w http.ResponseWriter, r *http.Request) error {
	return back(w, r, p.RetryJob(r.Context(), r.PathValue("job")), "staff.flash.job_retried", failedPath)
}

func (p *pages) confirmPutAway(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	job, err := p.FailedJob(ctx, r.PathValue("job"))
	if err != nil {
		return err
	}
	return p.confirm(w, r, confirmation{
		key: "staff.failed.discard", section: "failed", action: jobPath(job.ID, "discard"),
		details: []ui.Term{
			{Label: i18n.T(ctx, "staff.column.what"), Value: jobWords(ctx, job.Kind)},
			{Label: i18n.T(ctx, "staff.column.id"), Value: job.ID},
			{Label: i18n.T(ctx, "staff.column.given_up"), Value: i18n.From(ctx).DateTime(job.At)},
		},
	})
}

func (p *pages) putAway(w http.ResponseWriter, r *http.Request) error {
	return back(w, r, p.PutJobAway(r.Context(), r.PathValue("job")), "staff.flash.job_put_away", failedPath)
}

func (p *pages) retryMessage(w http.ResponseWriter, r *http.Request) error {
	return back(w, r, p.RetryMessage(r.Context(), r.PathValue("failed")), "staff.flash.message_retried", failedPath)
}
