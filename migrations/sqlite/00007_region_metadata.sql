-- +goose Up
-- Tables of values that people join to the regions of a set. sha256 is the file as it was uploaded, values_sha256 the joined
-- columns, in the order of the regions. While state is draft, nothing but the dialog that adds it knows the table.
CREATE TABLE region_tables (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  name VARCHAR(255) NOT NULL,
  file_name VARCHAR(255) NOT NULL,
  state VARCHAR(16) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  size INTEGER NOT NULL,
  values_sha256 VARCHAR(64) NOT NULL DEFAULT '',
  values_size INTEGER NOT NULL DEFAULT 0,
  facts TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT region_tables_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE INDEX region_tables_dataset_id ON region_tables (dataset_id);
CREATE INDEX region_tables_sha ON region_tables (sha256);
CREATE INDEX region_tables_values_sha ON region_tables (values_sha256);

-- The columns of the tables that are joined; position is that in the file of values.
CREATE TABLE region_columns (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  table_id INTEGER NOT NULL,
  dataset_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name VARCHAR(128) NOT NULL,
  source VARCHAR(255) NOT NULL,
  type VARCHAR(16) NOT NULL,
  present INTEGER NOT NULL,
  numbers INTEGER NOT NULL,
  distinct_values INTEGER NOT NULL,
  CONSTRAINT region_columns_table FOREIGN KEY (table_id) REFERENCES region_tables (id) ON DELETE CASCADE,
  CONSTRAINT region_columns_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX region_columns_name ON region_columns (dataset_id, name);
CREATE UNIQUE INDEX region_columns_position ON region_columns (table_id, position);

-- +goose Down
DROP TABLE region_columns;
DROP TABLE region_tables;
