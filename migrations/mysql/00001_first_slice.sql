-- +goose Up
CREATE TABLE users (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  username VARCHAR(64) NOT NULL,
  username_key VARCHAR(64) NOT NULL,
  email VARCHAR(255) NULL,
  role VARCHAR(16) NOT NULL,
  disabled TINYINT(1) NOT NULL DEFAULT 0,
  password_hash VARCHAR(255) NOT NULL,
  created_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX users_username_key ON users (username_key);
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE refresh_tokens (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  family VARCHAR(64) NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  used_at DATETIME(6) NULL,
  revoked_at DATETIME(6) NULL,
  CONSTRAINT refresh_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX refresh_tokens_hash ON refresh_tokens (token_hash);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);

CREATE TABLE assemblies (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(128) NOT NULL,
  organism VARCHAR(128) NOT NULL,
  chroms LONGTEXT NOT NULL,
  arms LONGTEXT NOT NULL,
  aliases LONGTEXT NOT NULL,
  owner_id BIGINT NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX assemblies_owner_name ON assemblies (owner_id, name);

CREATE TABLE datasets (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  assembly_id BIGINT NOT NULL,
  owner_id BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  error LONGTEXT NULL,
  run_id BIGINT NOT NULL DEFAULT 0,
  public TINYINT(1) NOT NULL DEFAULT 0,
  size_type VARCHAR(16) NOT NULL DEFAULT '',
  dimension BIGINT NOT NULL DEFAULT 1,
  description TEXT NOT NULL,
  tags LONGTEXT NOT NULL,
  cell_type VARCHAR(255) NOT NULL DEFAULT '',
  perturbation VARCHAR(255) NOT NULL DEFAULT '',
  sample_id VARCHAR(255) NOT NULL DEFAULT '',
  file_name VARCHAR(255) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  size BIGINT NOT NULL,
  facts LONGTEXT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  CONSTRAINT datasets_assembly FOREIGN KEY (assembly_id) REFERENCES assemblies (id),
  CONSTRAINT datasets_owner FOREIGN KEY (owner_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX datasets_owner_kind ON datasets (owner_id, kind);
CREATE INDEX datasets_sha ON datasets (sha256);

CREATE TABLE runs (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pipeline VARCHAR(32) NOT NULL,
  region_set_id BIGINT NOT NULL,
  feature_id BIGINT NULL,
  user_id BIGINT NOT NULL,
  queue VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  attempt BIGINT NOT NULL DEFAULT 1,
  max_attempts BIGINT NOT NULL DEFAULT 3,
  progress DOUBLE NOT NULL DEFAULT 0,
  message VARCHAR(255) NOT NULL DEFAULT '',
  error_code VARCHAR(32) NOT NULL DEFAULT '',
  error_text TEXT NOT NULL,
  params LONGTEXT NOT NULL,
  run_key VARCHAR(64) NOT NULL,
  active_key VARCHAR(64) NULL,
  worker VARCHAR(128) NOT NULL DEFAULT '',
  lease_until DATETIME(6) NULL,
  created_at DATETIME(6) NOT NULL,
  queued_at DATETIME(6) NOT NULL,
  started_at DATETIME(6) NULL,
  finished_at DATETIME(6) NULL,
  CONSTRAINT runs_region_set FOREIGN KEY (region_set_id) REFERENCES datasets (id) ON DELETE CASCADE,
  CONSTRAINT runs_feature FOREIGN KEY (feature_id) REFERENCES datasets (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX runs_active_key ON runs (active_key);
CREATE INDEX runs_state_queue ON runs (state, queue);
CREATE INDEX runs_user ON runs (user_id, id);
CREATE INDEX runs_pair ON runs (region_set_id, feature_id);

CREATE TABLE results (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  run_id BIGINT NOT NULL,
  pipeline VARCHAR(32) NOT NULL,
  region_set_id BIGINT NOT NULL,
  feature_id BIGINT NOT NULL,
  window_bp BIGINT NOT NULL,
  bin BIGINT NOT NULL,
  value VARCHAR(32) NOT NULL,
  side VARCHAR(16) NOT NULL DEFAULT '',
  shape LONGTEXT NOT NULL,
  n BIGINT NOT NULL,
  total BIGINT NOT NULL,
  unavailable VARCHAR(255) NOT NULL DEFAULT '',
  manifest_hash VARCHAR(64) NOT NULL,
  manifest LONGTEXT NOT NULL,
  ledger LONGTEXT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  CONSTRAINT results_region_set FOREIGN KEY (region_set_id) REFERENCES datasets (id) ON DELETE CASCADE,
  CONSTRAINT results_feature FOREIGN KEY (feature_id) REFERENCES datasets (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX results_manifest ON results (region_set_id, feature_id, manifest_hash);
CREATE INDEX results_pair ON results (region_set_id, feature_id, window_bp, bin);
CREATE INDEX results_run ON results (run_id);

CREATE TABLE result_arrays (
  result_id BIGINT NOT NULL,
  name VARCHAR(32) NOT NULL,
  shape LONGTEXT NOT NULL,
  dtype VARCHAR(16) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (result_id, name),
  CONSTRAINT result_arrays_result FOREIGN KEY (result_id) REFERENCES results (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX result_arrays_sha ON result_arrays (sha256);

CREATE TABLE sessions (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  owner_id BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  public TINYINT(1) NOT NULL DEFAULT 0,
  document LONGTEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  CONSTRAINT sessions_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX sessions_owner_id ON sessions (owner_id);

CREATE TABLE session_datasets (
  session_id BIGINT NOT NULL,
  dataset_id BIGINT NOT NULL,
  PRIMARY KEY (session_id, dataset_id),
  CONSTRAINT session_datasets_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX session_datasets_dataset ON session_datasets (dataset_id);

CREATE TABLE drafts (
  user_id BIGINT NOT NULL PRIMARY KEY,
  session_id BIGINT NOT NULL DEFAULT 0,
  document LONGTEXT NOT NULL,
  revision BIGINT NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  CONSTRAINT drafts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE settings (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  value LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE pipelines (
  pipeline VARCHAR(32) NOT NULL PRIMARY KEY,
  queue VARCHAR(32) NOT NULL,
  timeout_s BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  enabled TINYINT(1) NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO pipelines (pipeline, queue, timeout_s, max_attempts, enabled) VALUES
  ('bed', 'short', 1800, 3, 1),
  ('stackup', 'medium', 7200, 3, 1),
  ('pileup', 'long', 14400, 3, 1);

-- The default resolution stack: window = half-width in bp (0 = variable, bins in percent).
CREATE TABLE pipeline_grid (
  pipeline VARCHAR(32) NOT NULL,
  window_bp BIGINT NOT NULL,
  bin BIGINT NOT NULL,
  PRIMARY KEY (pipeline, window_bp, bin)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO pipeline_grid (pipeline, window_bp, bin) VALUES
  ('pileup', 0, 1),
  ('pileup', 0, 2),
  ('pileup', 0, 5),
  ('pileup', 10000, 1000),
  ('pileup', 20000, 1000),
  ('pileup', 50000, 1000),
  ('pileup', 50000, 5000),
  ('pileup', 100000, 1000),
  ('pileup', 100000, 5000),
  ('pileup', 400000, 10000),
  ('pileup', 1000000, 20000),
  ('pileup', 2000000, 50000),
  ('stackup', 0, 1),
  ('stackup', 0, 2),
  ('stackup', 0, 5),
  ('stackup', 1000, 100),
  ('stackup', 1000, 500),
  ('stackup', 2000, 100),
  ('stackup', 2000, 500),
  ('stackup', 5000, 100),
  ('stackup', 5000, 500),
  ('stackup', 10000, 100),
  ('stackup', 10000, 500),
  ('stackup', 20000, 200),
  ('stackup', 20000, 500),
  ('stackup', 20000, 1000),
  ('stackup', 50000, 500),
  ('stackup', 50000, 1000),
  ('stackup', 50000, 2000),
  ('stackup', 100000, 1000),
  ('stackup', 100000, 2000),
  ('stackup', 100000, 5000),
  ('stackup', 100000, 10000),
  ('stackup', 400000, 2000),
  ('stackup', 400000, 5000),
  ('stackup', 400000, 10000),
  ('stackup', 400000, 20000),
  ('stackup', 1000000, 10000),
  ('stackup', 1000000, 20000),
  ('stackup', 1000000, 50000),
  ('stackup', 1000000, 100000),
  ('stackup', 2000000, 20000),
  ('stackup', 2000000, 50000),
  ('stackup', 2000000, 100000),
  ('stackup', 2000000, 200000);

-- +goose Down
DROP TABLE pipeline_grid;
DROP TABLE pipelines;
DROP TABLE settings;
DROP TABLE drafts;
DROP TABLE session_datasets;
DROP TABLE sessions;
DROP TABLE result_arrays;
DROP TABLE results;
DROP TABLE runs;
DROP TABLE datasets;
DROP TABLE assemblies;
DROP TABLE refresh_tokens;
DROP TABLE users;
