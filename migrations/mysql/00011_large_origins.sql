-- +goose Up
-- Picked rows are a bit for each region of the parent: large sets need more than the 64 kB of TEXT.
ALTER TABLE dataset_origins MODIFY params LONGTEXT NOT NULL;

-- +goose Down
-- Nothing goes back: the wider column serves the schema of before as well, and a narrower one would not hold its rows.
SELECT 1;
