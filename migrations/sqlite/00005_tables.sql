-- +goose Up
-- What the tables of datasets search and sort by. name_key and search_text are written by the program (natural order,
-- Unicode lower case); rows of before get theirs when the migration ends.
ALTER TABLE datasets ADD COLUMN name_key VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE datasets ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE datasets ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;
CREATE INDEX datasets_name_key ON datasets (name_key, id);
CREATE INDEX datasets_amount ON datasets (amount, id);
CREATE INDEX datasets_size ON datasets (size, id);

CREATE TABLE dataset_tags (
  dataset_id INTEGER NOT NULL,
  tag VARCHAR(255) NOT NULL,
  PRIMARY KEY (dataset_id, tag),
  CONSTRAINT dataset_tags_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE INDEX dataset_tags_tag ON dataset_tags (tag);

-- Where a derived dataset comes from. A parent may be gone: its name stays.
CREATE TABLE dataset_origins (
  dataset_id INTEGER NOT NULL PRIMARY KEY,
  operation VARCHAR(64) NOT NULL,
  params TEXT NOT NULL,
  CONSTRAINT dataset_origins_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE dataset_parents (
  dataset_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  parent_id INTEGER NOT NULL,
  parent_name VARCHAR(255) NOT NULL,
  PRIMARY KEY (dataset_id, position),
  CONSTRAINT dataset_parents_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE INDEX dataset_parents_parent ON dataset_parents (parent_id);

CREATE TABLE saved_views (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL,
  page VARCHAR(32) NOT NULL,
  name VARCHAR(128) NOT NULL,
  document TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT saved_views_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (owner_id, page, name);

-- +goose Down
DROP TABLE saved_views;
DROP TABLE dataset_parents;
DROP TABLE dataset_origins;
DROP TABLE dataset_tags;
DROP INDEX datasets_size;
DROP INDEX datasets_amount;
DROP INDEX datasets_name_key;
ALTER TABLE datasets DROP COLUMN amount;
ALTER TABLE datasets DROP COLUMN search_text;
ALTER TABLE datasets DROP COLUMN name_key;
