-- +goose Up
-- Uploads that go on over many requests. Their bytes lie on the data volume under the same id; how many came is known there.
CREATE TABLE uploads (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  file_name VARCHAR(255) NOT NULL,
  size BIGINT NOT NULL,
  sha256 VARCHAR(64) NOT NULL DEFAULT '',
  fingerprint VARCHAR(128) NOT NULL DEFAULT '',
  meta LONGTEXT NOT NULL,
  dataset_id BIGINT NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  CONSTRAINT uploads_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX uploads_user_id ON uploads (user_id);
CREATE INDEX uploads_expires ON uploads (expires_at);

-- Who may keep more, or less, than the setting says; 0 = without limit.
CREATE TABLE user_quotas (
  user_id BIGINT NOT NULL PRIMARY KEY,
  bytes BIGINT NOT NULL,
  CONSTRAINT user_quotas_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE repositories (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  connector VARCHAR(16) NOT NULL,
  base_url VARCHAR(255) NOT NULL,
  browse_url VARCHAR(255) NOT NULL DEFAULT '',
  accession_pattern VARCHAR(255) NOT NULL,
  enabled TINYINT(1) NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX repositories_name ON repositories (name);
INSERT INTO repositories (name, connector, base_url, browse_url, accession_pattern) VALUES
  ('4D Nucleome', '4dn', 'https://data.4dnucleome.org', 'https://data.4dnucleome.org/browse/', '4DNF[A-Z0-9]{8}'),
  ('ENCODE', 'encode', 'https://www.encodeproject.org', 'https://www.encodeproject.org/matrix/?type=Experiment', 'ENCFF[0-9]{3}[A-Z]{3}');

-- Access keys of users for repositories; the secret is encrypted.
CREATE TABLE repository_keys (
  user_id BIGINT NOT NULL,
  repository_id BIGINT NOT NULL,
  key_id VARCHAR(255) NOT NULL,
  secret TEXT NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  PRIMARY KEY (user_id, repository_id),
  CONSTRAINT repository_keys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT repository_keys_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX repository_keys_repository_id ON repository_keys (repository_id);

-- Where a dataset is, or was, fetched from.
CREATE TABLE imports (
  dataset_id BIGINT NOT NULL PRIMARY KEY,
  url TEXT NOT NULL,
  repository_id BIGINT NOT NULL DEFAULT 0,
  accession VARCHAR(64) NOT NULL DEFAULT '',
  md5 VARCHAR(32) NOT NULL DEFAULT '',
  sha256 VARCHAR(64) NOT NULL DEFAULT '',
  size BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT imports_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO pipelines (pipeline, queue, timeout_s, max_attempts, enabled) VALUES ('import', 'short', 43200, 3, 1);

-- +goose Down
DELETE FROM runs WHERE pipeline = 'import';
DELETE FROM pipelines WHERE pipeline = 'import';
DELETE FROM datasets WHERE state = 'uploading';
DROP TABLE imports;
DROP TABLE repository_keys;
DROP TABLE repositories;
DROP TABLE user_quotas;
DROP TABLE uploads;
