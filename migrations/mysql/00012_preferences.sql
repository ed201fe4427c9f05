-- +goose Up
-- How people want pages and pictures to look. Empty: as the program has it.
CREATE TABLE preferences (
  user_id BIGINT NOT NULL PRIMARY KEY,
  theme VARCHAR(16) NOT NULL,
  sequential_map VARCHAR(32) NOT NULL,
  diverging_map VARCHAR(32) NOT NULL,
  CONSTRAINT preferences_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE preferences;
