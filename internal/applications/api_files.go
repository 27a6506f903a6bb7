package applications

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/web"
)

// maxSent bounds a request that carries a file: the file, and what a multipart
// form puts around it.
const maxSent = blob.DefaultMaxBytes + 64<<10

// files are the operations by which a system sends files ahead of what names them.
func (a api) files(r *web.Routes) {
	body := &huma.RequestBody{Required: true, Description: "The file: as the body itself, or as the part named file of a form.", Content: map[string]*huma.MediaType{}}
	web.Operation(r, huma.Operation{
		OperationID: "send-file", Method: http.MethodPost, Path: "/api/files", Summary: "Send a file ahead of the application or the answer that names it",
		Description: "At most 50 MB; PDF, JPEG, PNG and office documents (docx, xlsx, pptx, odt, ods, odp), judged by their content. " +
			"Only the token that sent a file can use it, once, and within 24 hours; then it is removed. " +
			"Nothing is opened before the scanner, where there is one, has found it clean, and what it refuses is not taken into a case. " +
			"The same content sent again under the same Idempotency-Key is the first file, with status 200.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: maxSent, RequestBody: body,
		Middlewares: huma.Middlewares{incoming},
		Responses: map[string]*huma.Response{
			"200": {Description: "The key was used before, for the same content; this is the file"},
		},
	}, PermFileSend, a.send)
	// Described afterwards: an operation whose body has a schema has it read into memory.
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	body.Content["application/octet-stream"] = &huma.MediaType{Schema: binary}
	body.Content["multipart/form-data"] = &huma.MediaType{Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": binary},
	}}
	web.Operation(r, huma.Operation{
		OperationID: "get-file", Method: http.MethodGet, Path: "/api/files/{id}", Summary: "Read what is known of a file that you have sent ahead",
		Description: "Its content is not given back. After 24 hours it is not known any more.",
	}, PermFileSend, a.sentFile)
}

type incomingKey struct{}

// incoming hands the request on as it comes: a file is never whole in memory.
func incoming(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	web.TakesTime(w)
	r.Body = http.MaxBytesReader(w, r.Body, maxSent)
	next(huma.WithValue(ctx, incomingKey{}, r))
}

type fileInput struct {
	Key          string `header:"Idempotency-Key" doc:"Chosen by you, once for each file; at most 100 characters"`
	KeepPosition bool   `query:"keep_position" doc:"Leave in a picture where and with what it was taken; otherwise that is removed"`
	Disposition  string `header:"Content-Disposition" doc:"When the body is the file itself, what it is called" example:"attachment; filename*=UTF-8''Fasade%20s%C3%B8r.pdf"`
}

// fileInfo is a file that was sent ahead.
type fileInfo struct {
	ID        string         `json:"id" doc:"By which an application or an answer names it"`
	Name      string         `json:"name"`
	MediaType string         `json:"media_type" example:"application/pdf"`
	Size      int64          `json:"size" doc:"In bytes, as it is kept"`
	Scan      blob.ScanState `json:"scan" enum:"unscanned,scanning,clean,refused,too_large" doc:"What is known of its harmlessness; unscanned where there is no scanner"`
	Flags     []string       `json:"flags" doc:"What its reader should know: active, encrypted, mismatch, position, position_removed"`
	Used      bool           `json:"used" doc:"An application or an answer has taken it"`
	ExpiresAt time.Time      `json:"expires_at" doc:"Until when it can be used"`
}

type fileOutput struct {
	Status int
	Body   fileInfo
}

func fileOf(f staging.File, status int) *fileOutput {
	info := fileInfo{
		ID: f.ID, Name: f.Name, MediaType: f.MediaType, Size: f.Size, Scan: f.Scan, Flags: []string{}, Used: f.Taken, ExpiresAt: f.ExpiresAt,
	}
	for _, flag := range f.Flags.List() {
		info.Flags = append(info.Flags, string(flag))
	}
	return &fileOutput{Status: status, Body: info}
}

func (a api) send(ctx context.Context, in *fileInput) (*fileOutput, error) {
	r, ok := ctx.Value(incomingKey{}).(*http.Request)
	if !ok {
		return nil, errors.New("applications: a file came without its request")
	}
	n := staging.New{Key: in.Key, KeepPosition: in.KeepPosition}
	content, err := openFile(r, in.Disposition, &n)
	if err != nil {
		return nil, err
	}
	f, again, err := a.SendFile(ctx, content, n)
	if err != nil {
		return nil, err
	}
	if again {
		return fileOf(f, http.StatusOK), nil
	}
	return fileOf(f, http.StatusCreated), nil
}

// openFile finds the file in a request: the body itself, or the first part of a
// form that is a file.
func openFile(r *http.Request, disposition string, n *staging.New) (io.Reader, error) {
	declared, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || declared != "multipart/form-data" {
		if _, parameters, err := mime.ParseMediaType(disposition); err == nil {
			n.Name = parameters["filename"] // RFC 6266 section 4.3
		}
		if declared != "application/octet-stream" {
			n.Declared = declared
		}
		return r.Body, nil
	}
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, errs.Invalid("errs.invalid_input").Because(err)
	}
	for range maxFiles {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, web.Unreadable(err)
		}
		if part.FormName() == "file" {
			return opened(part, n), nil
		}
	}
	return nil, errs.InvalidFields(errs.Field{Name: "file", Key: "blob.empty"})
}

func opened(part *multipart.Part, n *staging.New) io.Reader {
	n.Name, n.Declared = part.FileName(), part.Header.Get("Content-Type")
	return part
}

func (a api) sentFile(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the file"`
},
) (*fileOutput, error) {
	f, err := a.SentFile(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return fileOf(f, http.StatusOK), nil
}
