-- +goose Up
-- Which request asked for a run, and its W3C trace context: the logs and traces of the worker name them.
ALTER TABLE runs ADD COLUMN request_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN trace VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE run_logs ADD COLUMN request_id VARCHAR(64) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE run_logs DROP COLUMN request_id;
ALTER TABLE runs DROP COLUMN trace;
ALTER TABLE runs DROP COLUMN request_id;
