-- Lines in the console's bell. One per title, subject and audience: what happens again comes up again.
CREATE TABLE notices (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    title_key TEXT NOT NULL,
    subject TEXT NOT NULL,
    audience_kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    args TEXT NOT NULL,
    href TEXT NOT NULL,
    tone TEXT NOT NULL,
    event_id {uuid} NOT NULL,
    times BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (audience_kind IN ('permission', 'user'))
);

CREATE UNIQUE INDEX notices_once ON notices (tenant_id, title_key, subject, audience);

CREATE INDEX notices_by_age ON notices (tenant_id, created_at, id);

-- Who has seen which.
CREATE TABLE notice_reads (
    tenant_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    notice_id {uuid} NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, notice_id),
    FOREIGN KEY (tenant_id, notice_id) REFERENCES notices (tenant_id, id) ON DELETE CASCADE
);

CREATE INDEX notice_reads_by_notice ON notice_reads (tenant_id, notice_id);
