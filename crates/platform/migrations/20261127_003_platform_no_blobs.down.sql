-- Uploaded files. They leave quarantine when the scanner says clean.
CREATE TABLE blob (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 {bytes} NOT NULL,
    state TEXT NOT NULL,
    finding TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
