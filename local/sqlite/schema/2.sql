-- A record's attributes are one JSON text, whose form package stored has, so
-- that a new one needs no step here. Beside them there is only what records are
-- found and ordered by. The indexes hold the lists in their order, so that a
-- page reads its own rows only; times are text of fixed width, whose order is
-- the order of time. image_region repeats the image's region, which never
-- changes, for that index; it is not named region, so that joins need no
-- prefixes.
ALTER TABLE projects RENAME TO projects_1;
ALTER TABLE images RENAME TO images_1;
ALTER TABLE shares RENAME TO shares_1;
DROP INDEX images_of_owner;
DROP INDEX shares_of_target;

CREATE TABLE projects (
	id         TEXT NOT NULL PRIMARY KEY,
	attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
	id         TEXT NOT NULL PRIMARY KEY,
	attributes TEXT NOT NULL,
	owner      TEXT NOT NULL AS (attributes ->> 'projectId') REFERENCES projects (id),
	region     TEXT NOT NULL AS (attributes ->> 'region'),
	created_at TEXT NOT NULL AS (attributes ->> 'createdAt')
) STRICT;
CREATE INDEX images_of_owner ON images (owner, region, created_at, id);

CREATE TABLE shares (
	image_id     TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
	target       TEXT NOT NULL REFERENCES projects (id),
	image_region TEXT NOT NULL,
	attributes   TEXT NOT NULL,
	shared_at    TEXT NOT NULL AS (attributes ->> 'sharedAt'),
	PRIMARY KEY (image_id, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX shares_of_target ON shares (target, image_region, shared_at, image_id);

INSERT INTO projects (id, attributes)
SELECT id, json_object(
	'projectId', id,
	'accountId', account_id,
	'projectName', name,
	'createdAt', created_at,
	'updatedAt', updated_at
) FROM projects_1;

-- json_patch leaves out what is NULL.
INSERT INTO images (id, attributes)
SELECT id, json_patch(json_object(
	'uid', uid,
	'projectId', owner,
	'accountId', account_id,
	'imageName', name,
	'description', description,
	'region', region,
	'kind', kind,
	'hostType', host_type,
	'imageState', state,
	'osName', os_name,
	'osType', os_type,
	'architecture', architecture,
	'systemDisk', json_object('sizeGiB', system_size_gib, 'snapshotId', system_snapshot_id),
	'dataDisks', json(data_disks),
	'createdAt', created_at,
	'updatedAt', updated_at
), json_object(
	'sourceImageId', nullif(source_image_id, ''),
	'sourceProjectId', nullif(source_project_id, ''),
	'saveFingerprint', nullif(save_fingerprint, '')
)) FROM images_1;

INSERT INTO shares (image_id, target, image_region, attributes)
SELECT image_id, target, image_region, json_object(
	'sharedAt', shared_at,
	'sharedBy', shared_by,
	'acknowledgedReminder', acknowledged_reminder
) FROM shares_1;

DROP TABLE shares_1;
DROP TABLE images_1;
DROP TABLE projects_1;
