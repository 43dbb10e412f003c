-- What the recipient says to a share. A share of a former release is accepted: nobody
-- was asked. The index holds a project's shares of one status in the order of its list,
-- so that a page of them reads no others.
ALTER TABLE shares ADD COLUMN status TEXT NOT NULL DEFAULT 'accepted';
CREATE INDEX shares_by_status ON shares (target, status, image_region, shared_at, image_id);
