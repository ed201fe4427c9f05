-- +goose Up
-- What a session was each time that its arrangement was saved, the newest included; the oldest go when there are many.
CREATE TABLE session_versions (
  session_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  document LONGTEXT NOT NULL,
  saved_by BIGINT,
  saved_at DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, version),
  CONSTRAINT session_versions_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
  CONSTRAINT session_versions_user FOREIGN KEY (saved_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX session_versions_saved_by ON session_versions (saved_by);
INSERT INTO session_versions (session_id, version, name, document, saved_by, saved_at)
  SELECT id, version, name, document, owner_id, updated_at FROM sessions;

-- +goose Down
DROP TABLE session_versions;
