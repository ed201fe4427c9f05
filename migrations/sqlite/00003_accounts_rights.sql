-- +goose Up
-- What a person may do with a thing of somebody else's: read, edit or own it, by name or as member of a group.
CREATE TABLE user_groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(64) NOT NULL,
  name_key VARCHAR(64) NOT NULL,
  description VARCHAR(255) NOT NULL DEFAULT '',
  owner_id INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT user_groups_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX user_groups_name_key ON user_groups (name_key);
CREATE INDEX user_groups_owner_id ON user_groups (owner_id);

CREATE TABLE group_members (
  group_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  added_at TIMESTAMP NOT NULL,
  PRIMARY KEY (group_id, user_id),
  CONSTRAINT group_members_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE,
  CONSTRAINT group_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX group_members_user_id ON group_members (user_id);

-- Exactly one of dataset_id, assembly_id and session_id is set, and exactly one of user_id and group_id.
CREATE TABLE access_grants (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NULL,
  assembly_id INTEGER NULL,
  session_id INTEGER NULL,
  user_id INTEGER NULL,
  group_id INTEGER NULL,
  level VARCHAR(8) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT access_grants_dataset FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE,
  CONSTRAINT access_grants_assembly FOREIGN KEY (assembly_id) REFERENCES assemblies (id) ON DELETE CASCADE,
  CONSTRAINT access_grants_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
  CONSTRAINT access_grants_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT access_grants_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
);
CREATE INDEX access_grants_dataset_id ON access_grants (dataset_id);
CREATE INDEX access_grants_assembly_id ON access_grants (assembly_id);
CREATE INDEX access_grants_session_id ON access_grants (session_id);
CREATE INDEX access_grants_user_id ON access_grants (user_id);
CREATE INDEX access_grants_group_id ON access_grants (group_id);

ALTER TABLE assemblies ADD COLUMN public BOOLEAN NOT NULL DEFAULT 0;

CREATE TABLE session_links (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id INTEGER NOT NULL,
  name VARCHAR(255) NOT NULL DEFAULT '',
  token_hash VARCHAR(64) NOT NULL,
  role VARCHAR(8) NOT NULL,
  needs_login BOOLEAN NOT NULL DEFAULT 0,
  created_by INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NULL,
  revoked_at TIMESTAMP NULL,
  last_used_at TIMESTAMP NULL,
  CONSTRAINT session_links_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
  CONSTRAINT session_links_user FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX session_links_hash ON session_links (token_hash);
CREATE INDEX session_links_session_id ON session_links (session_id);
CREATE INDEX session_links_created_by ON session_links (created_by);

-- Accounts that were there before are confirmed.
ALTER TABLE users ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN last_seen_at TIMESTAMP NULL;

-- One row per browser that is signed in: the family of its refresh tokens.
CREATE TABLE sign_ins (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  family VARCHAR(64) NOT NULL,
  agent VARCHAR(255) NOT NULL DEFAULT '',
  ip VARCHAR(64) NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  last_seen_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NULL,
  CONSTRAINT sign_ins_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX sign_ins_family ON sign_ins (family);
CREATE INDEX sign_ins_user_id ON sign_ins (user_id);

CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  name VARCHAR(64) NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  hint VARCHAR(16) NOT NULL,
  scope VARCHAR(8) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NULL,
  last_used_at TIMESTAMP NULL,
  CONSTRAINT api_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX api_tokens_hash ON api_tokens (token_hash);
CREATE INDEX api_tokens_user_id ON api_tokens (user_id);

-- Secrets that travel by mail: confirm an address, set a new password.
CREATE TABLE mail_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  purpose VARCHAR(16) NOT NULL,
  email VARCHAR(255) NOT NULL DEFAULT '',
  token_hash VARCHAR(64) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP NULL,
  CONSTRAINT mail_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX mail_tokens_hash ON mail_tokens (token_hash);
CREATE INDEX mail_tokens_user_id ON mail_tokens (user_id);

CREATE TABLE invitations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email VARCHAR(255) NOT NULL DEFAULT '',
  role VARCHAR(16) NOT NULL,
  note VARCHAR(255) NOT NULL DEFAULT '',
  token_hash VARCHAR(64) NOT NULL,
  created_by INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP NULL,
  used_by INTEGER NULL,
  revoked_at TIMESTAMP NULL,
  CONSTRAINT invitations_user FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX invitations_hash ON invitations (token_hash);
CREATE INDEX invitations_created_by ON invitations (created_by);

-- +goose Down
DROP TABLE invitations;
DROP TABLE mail_tokens;
DROP TABLE api_tokens;
DROP TABLE sign_ins;
ALTER TABLE users DROP COLUMN last_seen_at;
ALTER TABLE users DROP COLUMN confirmed;
DROP TABLE session_links;
ALTER TABLE assemblies DROP COLUMN public;
DROP TABLE access_grants;
DROP TABLE group_members;
DROP TABLE user_groups;
