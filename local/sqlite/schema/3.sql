-- Activities, each in the feed of every project that it concerns. seq is the
-- order of their commits.
CREATE TABLE activities (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	feed       TEXT NOT NULL,
	attributes TEXT NOT NULL,
	id         TEXT NOT NULL AS (attributes ->> 'activityId'),
	at         TEXT NOT NULL AS (attributes ->> 'at'),
	type       TEXT NOT NULL AS (attributes ->> 'type'),
	image_id   TEXT AS (attributes ->> 'imageId'),
	copy_id    TEXT AS (attributes ->> '$.copy.imageId'),
	expires_at INTEGER NOT NULL AS (attributes ->> 'expiresAt')
) STRICT;
CREATE INDEX activities_of_feed ON activities (feed, at, id, type, image_id, copy_id);
CREATE INDEX activities_by_end ON activities (expires_at);

-- How far the activities have been delivered: up to seq, all of them. There is
-- one row.
CREATE TABLE delivered (
	only INTEGER PRIMARY KEY CHECK (only = 1),
	seq  INTEGER NOT NULL
) STRICT;
INSERT INTO delivered VALUES (1, 0);
