-- +goose Up
-- What an administrator tunes while everything runs. concurrency 0: what each worker was started with; memory_bytes 0:
-- without a budget. version counts the changes of a row.
CREATE TABLE queues (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  mode VARCHAR(16) NOT NULL DEFAULT 'open',
  mode_since TIMESTAMP NOT NULL,
  concurrency INTEGER NOT NULL DEFAULT 0,
  weight INTEGER NOT NULL DEFAULT 1,
  memory_bytes INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO queues (name, mode_since, weight) VALUES
  ('short', '2026-01-01 00:00:00', 4),
  ('medium', '2026-01-01 00:00:00', 2),
  ('long', '2026-01-01 00:00:00', 1);

ALTER TABLE pipelines ADD COLUMN priority INTEGER NOT NULL DEFAULT 5;
ALTER TABLE pipelines ADD COLUMN memory_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pipelines ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Somebody waits for the result in front of the page.
ALTER TABLE runs ADD COLUMN interactive BOOLEAN NOT NULL DEFAULT 0;
CREATE INDEX runs_turn ON runs (queue, state, user_id, queued_at);
CREATE INDEX runs_served ON runs (queue, user_id, started_at);
CREATE INDEX runs_finished ON runs (finished_at);

-- What administrators changed. Names are those of the time: the account, or the thing, may be gone.
CREATE TABLE changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  changed_at TIMESTAMP NOT NULL,
  user_id INTEGER NOT NULL,
  user_name VARCHAR(64) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  target VARCHAR(255) NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL,
  undo_of INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX changes_target ON changes (kind, target, id);

-- Workers tell that they live; the row of one that ended well is deleted by it.
CREATE TABLE workers (
  name VARCHAR(128) NOT NULL PRIMARY KEY,
  started_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  report TEXT NOT NULL
);

-- +goose Down
DROP TABLE workers;
DROP TABLE changes;
DROP INDEX runs_finished;
DROP INDEX runs_served;
DROP INDEX runs_turn;
ALTER TABLE runs DROP COLUMN interactive;
ALTER TABLE pipelines DROP COLUMN version;
ALTER TABLE pipelines DROP COLUMN memory_bytes;
ALTER TABLE pipelines DROP COLUMN priority;
DROP TABLE queues;
