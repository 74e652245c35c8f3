-- Signed-in browsers and programs. Secrets are kept as SHA-256 digests only.
CREATE TABLE sessions (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    carrier TEXT NOT NULL,
    digest {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    agent TEXT NOT NULL,
    network TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id, ended_at);
-- Every refresh token a session ever had, so that a second use of one is recognised.
CREATE TABLE refresh_tokens (
    tenant_id {uuid} NOT NULL,
    digest {bytes} NOT NULL,
    session_id {uuid} NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, digest),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (tenant_id, session_id);
CREATE TABLE known_devices (
    tenant_id {uuid} NOT NULL,
    digest {bytes} NOT NULL,
    user_id {uuid} NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, digest),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX known_devices_by_user ON known_devices (tenant_id, user_id);
CREATE TABLE sign_in_failures (
    tenant_id {uuid} NOT NULL,
    counter_key TEXT NOT NULL,
    recent BIGINT NOT NULL,
    window_started_at BIGINT NOT NULL,
    strikes BIGINT NOT NULL,
    blocked_until BIGINT,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, counter_key)
);
-- Links of one purpose for one subject: verify, reset, invite, second factor.
CREATE TABLE links (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    purpose TEXT NOT NULL,
    subject {uuid} NOT NULL,
    digest {bytes} NOT NULL,
    detail TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest)
);
CREATE INDEX links_by_subject ON links (tenant_id, purpose, subject);
CREATE TABLE api_keys (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    digest {bytes} NOT NULL,
    hint TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX api_keys_by_created ON api_keys (tenant_id, created_at, id);
