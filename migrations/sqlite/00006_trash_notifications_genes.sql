-- +goose Up
-- A deleted dataset or collection stays for a while, in the trash: deleted_at is set and nothing but the trash sees it.
ALTER TABLE datasets ADD COLUMN deleted_at TIMESTAMP NULL;
ALTER TABLE datasets ADD COLUMN deleted_by INTEGER NOT NULL DEFAULT 0;
CREATE INDEX datasets_deleted_at ON datasets (deleted_at);

-- Which collections a dataset in the trash has left, and where it stood in them.
CREATE TABLE trash_memberships (
  dataset_id INTEGER NOT NULL,
  collection_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (dataset_id, collection_id),
  CONSTRAINT trash_memberships_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE,
  CONSTRAINT trash_memberships_collection FOREIGN KEY (collection_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE INDEX trash_memberships_collection_id ON trash_memberships (collection_id);

-- Work that one instance does at a time.
CREATE TABLE leases (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  holder VARCHAR(128) NOT NULL,
  until_at TIMESTAMP NOT NULL
);

-- events counts what one row stands for: files that were checked one after the other are told in one line.
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  kind VARCHAR(32) NOT NULL,
  title VARCHAR(255) NOT NULL,
  body TEXT NOT NULL,
  link VARCHAR(255) NOT NULL DEFAULT '',
  events INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  read_at TIMESTAMP NULL,
  CONSTRAINT notifications_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX notifications_user_id ON notifications (user_id, id);
CREATE INDEX notifications_created_at ON notifications (created_at);

-- The kinds that a user does not want.
CREATE TABLE notification_mutes (
  user_id INTEGER NOT NULL,
  kind VARCHAR(32) NOT NULL,
  PRIMARY KEY (user_id, kind),
  CONSTRAINT notification_mutes_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- The runs of one request, so that their user is told once, when the last has ended; then the row goes.
CREATE TABLE run_batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  closing INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT run_batches_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX run_batches_user_id ON run_batches (user_id);
CREATE TABLE batch_runs (
  batch_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  PRIMARY KEY (batch_id, run_id),
  CONSTRAINT batch_runs_batch FOREIGN KEY (batch_id) REFERENCES run_batches (id) ON DELETE CASCADE,
  CONSTRAINT batch_runs_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE INDEX batch_runs_run_id ON batch_runs (run_id);

-- Gene annotations. While state is loading, rows are still being written; a load that broke off is cleared away.
CREATE TABLE annotations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  assembly_id INTEGER NOT NULL,
  owner_id INTEGER NOT NULL,
  name VARCHAR(255) NOT NULL,
  public BOOLEAN NOT NULL DEFAULT 0,
  state VARCHAR(16) NOT NULL,
  format VARCHAR(16) NOT NULL,
  file_name VARCHAR(255) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  size INTEGER NOT NULL,
  genes INTEGER NOT NULL DEFAULT 0,
  longest INTEGER NOT NULL DEFAULT 0,
  facts TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT annotations_assembly FOREIGN KEY (assembly_id) REFERENCES assemblies (id) ON DELETE CASCADE,
  CONSTRAINT annotations_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX annotations_assembly_id ON annotations (assembly_id);
CREATE INDEX annotations_owner_id ON annotations (owner_id);
CREATE INDEX annotations_sha ON annotations (sha256);

CREATE TABLE genes (
  annotation_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  name VARCHAR(128) NOT NULL,
  name_key VARCHAR(128) NOT NULL,
  gene_id VARCHAR(128) NOT NULL,
  gene_id_key VARCHAR(128) NOT NULL,
  biotype VARCHAR(64) NOT NULL,
  chrom VARCHAR(128) NOT NULL,
  start_bp INTEGER NOT NULL,
  end_bp INTEGER NOT NULL,
  strand VARCHAR(1) NOT NULL,
  exons TEXT NOT NULL,
  PRIMARY KEY (annotation_id, number),
  CONSTRAINT genes_annotation FOREIGN KEY (annotation_id) REFERENCES annotations (id) ON DELETE CASCADE
);
CREATE INDEX genes_name ON genes (annotation_id, name_key);
CREATE INDEX genes_gene_id ON genes (annotation_id, gene_id_key);
CREATE INDEX genes_place ON genes (annotation_id, chrom, start_bp);

-- +goose Down
DROP TABLE genes;
DROP TABLE annotations;
DROP TABLE batch_runs;
DROP TABLE run_batches;
DROP TABLE notification_mutes;
DROP TABLE notifications;
DROP TABLE leases;
DROP TABLE trash_memberships;
DELETE FROM datasets WHERE deleted_at IS NOT NULL;
DROP INDEX datasets_deleted_at;
ALTER TABLE datasets DROP COLUMN deleted_by;
ALTER TABLE datasets DROP COLUMN deleted_at;
