-- +goose Up
-- A collection is a dataset of kind collection; its members are listed here in their order.
CREATE TABLE collection_members (
  collection_id INTEGER NOT NULL,
  dataset_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (collection_id, dataset_id),
  CONSTRAINT collection_members_collection FOREIGN KEY (collection_id) REFERENCES datasets (id) ON DELETE CASCADE,
  CONSTRAINT collection_members_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE INDEX collection_members_dataset_id ON collection_members (dataset_id);

INSERT INTO pipelines (pipeline, queue, timeout_s, max_attempts, enabled) VALUES
  ('embedding_1d', 'medium', 7200, 3, 1),
  ('embedding_2d', 'long', 14400, 3, 1),
  ('enrichment', 'long', 14400, 3, 1);

INSERT INTO pipeline_grid (pipeline, window_bp, bin) VALUES
  ('enrichment', 0, 1),
  ('enrichment', 0, 2),
  ('enrichment', 0, 5),
  ('enrichment', 1000, 1000),
  ('enrichment', 2000, 1000),
  ('enrichment', 5000, 1000),
  ('enrichment', 10000, 1000),
  ('enrichment', 20000, 1000),
  ('enrichment', 50000, 2000),
  ('enrichment', 100000, 5000),
  ('enrichment', 400000, 10000),
  ('enrichment', 400000, 20000),
  ('enrichment', 1000000, 20000),
  ('enrichment', 1000000, 50000),
  ('enrichment', 2000000, 50000),
  ('enrichment', 2000000, 100000),
  ('enrichment', 2000000, 200000),
  ('embedding_1d', 0, 1),
  ('embedding_1d', 0, 2),
  ('embedding_1d', 0, 5),
  ('embedding_1d', 1000, 100),
  ('embedding_1d', 1000, 500),
  ('embedding_1d', 2000, 100),
  ('embedding_1d', 2000, 500),
  ('embedding_1d', 5000, 100),
  ('embedding_1d', 5000, 500),
  ('embedding_1d', 10000, 100),
  ('embedding_1d', 10000, 500),
  ('embedding_1d', 20000, 2000),
  ('embedding_1d', 20000, 5000),
  ('embedding_1d', 20000, 10000),
  ('embedding_1d', 50000, 1000),
  ('embedding_1d', 50000, 2000),
  ('embedding_1d', 100000, 2000),
  ('embedding_1d', 100000, 5000),
  ('embedding_1d', 100000, 10000),
  ('embedding_1d', 400000, 5000),
  ('embedding_1d', 400000, 10000),
  ('embedding_1d', 400000, 20000),
  ('embedding_1d', 1000000, 20000),
  ('embedding_1d', 1000000, 50000),
  ('embedding_1d', 1000000, 100000),
  ('embedding_1d', 2000000, 50000),
  ('embedding_1d', 2000000, 100000),
  ('embedding_1d', 2000000, 200000),
  ('embedding_2d', 0, 1),
  ('embedding_2d', 0, 2),
  ('embedding_2d', 0, 5),
  ('embedding_2d', 10000, 1000),
  ('embedding_2d', 20000, 1000),
  ('embedding_2d', 50000, 1000),
  ('embedding_2d', 50000, 5000),
  ('embedding_2d', 100000, 1000),
  ('embedding_2d', 100000, 5000),
  ('embedding_2d', 400000, 10000),
  ('embedding_2d', 1000000, 20000),
  ('embedding_2d', 2000000, 50000);

-- +goose Down
DELETE FROM pipeline_grid WHERE pipeline IN ('embedding_1d', 'embedding_2d', 'enrichment');
DELETE FROM pipelines WHERE pipeline IN ('embedding_1d', 'embedding_2d', 'enrichment');
DELETE FROM runs WHERE pipeline IN ('embedding_1d', 'embedding_2d', 'enrichment');
DELETE FROM results WHERE pipeline IN ('embedding_1d', 'embedding_2d', 'enrichment');
DROP TABLE collection_members;
DELETE FROM datasets WHERE kind = 'collection';
