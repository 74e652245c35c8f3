DROP TABLE api_keys;
DROP TABLE links;
DROP TABLE sign_in_failures;
DROP TABLE known_devices;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
