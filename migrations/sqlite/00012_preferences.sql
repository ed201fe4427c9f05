-- +goose Up
-- How people want pages and pictures to look. Empty: as the program has it.
CREATE TABLE preferences (
  user_id INTEGER NOT NULL PRIMARY KEY,
  theme VARCHAR(16) NOT NULL,
  sequential_map VARCHAR(32) NOT NULL,
  diverging_map VARCHAR(32) NOT NULL,
  CONSTRAINT preferences_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE preferences;
