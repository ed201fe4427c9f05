-- +goose Up
-- What an administrator tunes while everything runs. concurrency 0: what each worker was started with; memory_bytes 0:
-- without a budget. version counts the changes of a row.
CREATE TABLE queues (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  mode VARCHAR(16) NOT NULL DEFAULT 'open',
  mode_since DATETIME(6) NOT NULL,
  concurrency BIGINT NOT NULL DEFAULT 0,
  weight BIGINT NOT NULL DEFAULT 1,
  memory_bytes BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO queues (name, mode_since, weight) VALUES
  ('short', '2026-01-01 00:00:00', 4),
  ('medium', '2026-01-01 00:00:00', 2),
  ('long', '2026-01-01 00:00:00', 1);

ALTER TABLE pipelines ADD COLUMN priority BIGINT NOT NULL DEFAULT 5;
ALTER TABLE pipelines ADD COLUMN memory_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pipelines ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Somebody waits for the result in front of the page.
ALTER TABLE runs ADD COLUMN interactive TINYINT(1) NOT NULL DEFAULT 0;
CREATE INDEX runs_turn ON runs (queue, state, user_id, queued_at);
CREATE INDEX runs_served ON runs (queue, user_id, started_at);
CREATE INDEX runs_finished ON runs (finished_at);

-- What administrators changed. Names are those of the time: the account, or the thing, may be gone.
CREATE TABLE changes (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  changed_at DATETIME(6) NOT NULL,
  user_id BIGINT NOT NULL,
  user_name VARCHAR(64) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  target VARCHAR(255) NOT NULL,
  before_json LONGTEXT NOT NULL,
  after_json LONGTEXT NOT NULL,
  undo_of BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX changes_target ON changes (kind, target, id);

-- Workers tell that they live; the row of one that ended well is deleted by it.
CREATE TABLE workers (
  name VARCHAR(128) NOT NULL PRIMARY KEY,
  started_at DATETIME(6) NOT NULL,
  seen_at DATETIME(6) NOT NULL,
  report LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE workers;
DROP TABLE changes;
DROP INDEX runs_finished ON runs;
DROP INDEX runs_served ON runs;
DROP INDEX runs_turn ON runs;
ALTER TABLE runs DROP COLUMN interactive;
ALTER TABLE pipelines DROP COLUMN version;
ALTER TABLE pipelines DROP COLUMN memory_bytes;
ALTER TABLE pipelines DROP COLUMN priority;
DROP TABLE queues;
