DROP TABLE tenant_hosts;
DROP TABLE tenant_versions;
DROP TABLE tenants;
