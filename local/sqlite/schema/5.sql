-- shared_at is a column of its own, which is written: SQLite looks up the row behind an
-- index with a computed one, whatever is asked of it. The status is in both indexes, so a
-- page of received images finds all that it needs of a share there: an eighth less to do.
ALTER TABLE shares RENAME TO shares_4;
DROP INDEX shares_of_target;
DROP INDEX shares_by_status;

CREATE TABLE shares (
	image_id     TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
	target       TEXT NOT NULL REFERENCES projects (id),
	image_region TEXT NOT NULL,
	shared_at    TEXT NOT NULL,
	status       TEXT NOT NULL,
	attributes   TEXT NOT NULL,
	PRIMARY KEY (image_id, target)
) STRICT, WITHOUT ROWID;

INSERT INTO shares (image_id, target, image_region, shared_at, status, attributes)
SELECT image_id, target, image_region, shared_at, status, attributes FROM shares_4;
DROP TABLE shares_4;

CREATE INDEX shares_of_target ON shares (target, image_region, shared_at, image_id, status);
CREATE INDEX shares_by_status ON shares (target, status, image_region, shared_at, image_id);
