package bucket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/minio/minio-go/v7"

	"regioscope/backend/core"
)

// named gives what went wrong a name: fs.ErrNotExist for an object that is not there, a full storage, or one that does not
// answer or refuses us, which an administrator must mend. What ends because ctx did stays as it is.
func named(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	var own *core.Error
	if errors.As(err, &own) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	answer := minio.ToErrorResponse(err)
	switch {
	case answer.Code == minio.NoSuchKey:
		return fmt.Errorf("bucket: %w: %w", fs.ErrNotExist, err)
	case answer.StatusCode == http.StatusInsufficientStorage, answer.Code == "XMinioAdminBucketQuotaExceeded", answer.Code == "QuotaExceeded":
		return core.Errorf(core.CodeStorageFull, "The storage of the files is full; nothing was stored. Delete what is not needed or ask the administrator for space.").
			WithCause(fmt.Errorf("bucket: %w", err))
	case refusal(answer):
		return core.Errorf(core.CodeStorageAway, "The storage of the files refuses this server. The administrator finds the cause on the page Health and with: regioscope admin doctor.").
			WithCause(fmt.Errorf("bucket: %w: %w", errRefused, err))
	}
	return core.Errorf(core.CodeStorageAway, "The storage of the files does not answer at the moment. Please try again in a moment.").
		WithCause(fmt.Errorf("bucket: %w", err))
}

// errRefused: asking again gives the same answer.
var errRefused = errors.New("refused")

func refusal(a minio.ErrorResponse) bool {
	switch a.Code {
	case "AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "InvalidBucketName", "RequestTimeTooSkewed", "AuthorizationHeaderMalformed", "PermanentRedirect":
		return true
	}
	return a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusForbidden
}

// worthAnother tells whether asking again may help.
func worthAnother(err error) bool {
	var own *core.Error
	return errors.As(err, &own) && own.Code == core.CodeStorageAway && !errors.Is(err, errRefused)
}
