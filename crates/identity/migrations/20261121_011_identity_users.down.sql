DROP TABLE recovery_codes;
DROP TABLE user_roles;
DROP TABLE roles;
DROP TABLE user_avatars;
DROP TABLE users;
