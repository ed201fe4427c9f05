-- +goose Up
-- What a worker noted of one attempt of a run: a short list in JSON, the beginning and the end of it.
CREATE TABLE run_logs (
  run_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  worker VARCHAR(128) NOT NULL,
  entries TEXT NOT NULL,
  PRIMARY KEY (run_id, attempt),
  CONSTRAINT run_logs_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE run_logs;
