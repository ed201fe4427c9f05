-- +goose Up
-- TEXT has no such limit here; the number keeps both dialects in step.
SELECT 1;

-- +goose Down
SELECT 1;
