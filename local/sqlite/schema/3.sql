-- Activities, each in the feed of every project that it concerns. seq is the
-- order of their commits. Published are those that the bus has, and those that
-- need not go there.
CREATE TABLE activities (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	feed       TEXT NOT NULL,
	attributes TEXT NOT NULL,
	published  INTEGER NOT NULL,
	id         TEXT NOT NULL AS (attributes ->> 'activityId'),
	at         TEXT NOT NULL AS (attributes ->> 'at'),
	type       TEXT NOT NULL AS (attributes ->> 'type'),
	image_id   TEXT AS (attributes ->> 'imageId'),
	copy_id    TEXT AS (attributes ->> '$.copy.imageId'),
	expires_at INTEGER NOT NULL AS (attributes ->> 'expiresAt')
) STRICT;
CREATE INDEX activities_of_feed ON activities (feed, at, id, type, image_id, copy_id);
CREATE INDEX activities_to_publish ON activities (seq) WHERE NOT published;
CREATE INDEX activities_by_end ON activities (expires_at);
