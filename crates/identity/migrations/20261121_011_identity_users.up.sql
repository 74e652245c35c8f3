-- A login is (tenant, e-mail): staff or customer.
CREATE TABLE users (
    tenant_id {uuid} NOT NULL REFERENCES tenants (tenant_id),
    id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    state TEXT NOT NULL,
    password_hash TEXT,
    password_changed_at BIGINT,
    email_verified_at BIGINT,
    locale TEXT,
    time_zone TEXT,
    avatar_version BIGINT NOT NULL,
    totp_sealed {bytes},
    totp_enabled_at BIGINT,
    totp_last_step BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    signed_in_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email_key)
);
CREATE INDEX users_by_created ON users (tenant_id, kind, created_at, id);
CREATE TABLE user_avatars (
    tenant_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    media_type TEXT NOT NULL,
    content {bytes} NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE TABLE roles (
    tenant_id {uuid} NOT NULL REFERENCES tenants (tenant_id),
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    built_in TEXT,
    permissions TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
CREATE TABLE user_roles (
    tenant_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    role_id {uuid} NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)
);
CREATE INDEX user_roles_by_role ON user_roles (tenant_id, role_id);
CREATE TABLE recovery_codes (
    tenant_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    digest {bytes} NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, digest),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
