-- +goose Up
-- Region sets that are made of region sets, and what a run has made: {"datasetIds": [1, 2], "collectionId": 3}.
INSERT INTO pipelines (pipeline, queue, timeout_s, max_attempts, enabled) VALUES ('derive', 'short', 1800, 3, 1);
ALTER TABLE runs ADD COLUMN made VARCHAR(2000) NOT NULL DEFAULT '';

-- +goose Down
DELETE FROM runs WHERE pipeline = 'derive';
DELETE FROM pipelines WHERE pipeline = 'derive';
ALTER TABLE runs DROP COLUMN made;
