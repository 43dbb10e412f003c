CREATE TABLE projects (
	id         TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL,
	name       TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
	id                 TEXT NOT NULL PRIMARY KEY,
	uid                TEXT NOT NULL,
	owner              TEXT NOT NULL REFERENCES projects (id),
	account_id         TEXT NOT NULL,
	name               TEXT NOT NULL,
	description        TEXT NOT NULL,
	region             TEXT NOT NULL,
	kind               TEXT NOT NULL,
	host_type          TEXT NOT NULL,
	state              TEXT NOT NULL,
	os_name            TEXT NOT NULL,
	os_type            TEXT NOT NULL,
	architecture       TEXT NOT NULL,
	system_size_gib    INTEGER NOT NULL,
	system_snapshot_id TEXT NOT NULL,
	data_disks         TEXT NOT NULL, -- JSON
	created_at         TEXT NOT NULL,
	updated_at         TEXT NOT NULL,
	source_image_id    TEXT NOT NULL, -- '' with no source
	source_project_id  TEXT NOT NULL,
	save_fingerprint   TEXT NOT NULL
) STRICT;
CREATE INDEX images_of_owner ON images (owner, region, created_at, id);

CREATE TABLE shares (
	image_id              TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
	target                TEXT NOT NULL REFERENCES projects (id),
	image_region          TEXT NOT NULL,
	shared_at             TEXT NOT NULL,
	shared_by             TEXT NOT NULL,
	acknowledged_reminder TEXT NOT NULL,
	PRIMARY KEY (image_id, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX shares_of_target ON shares (target, image_region, shared_at, image_id);
