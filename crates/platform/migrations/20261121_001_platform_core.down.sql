DROP TABLE job;
DROP TABLE person_key;
DROP TABLE audit_head;
DROP TABLE audit;
DROP TABLE event_cursor;
DROP TABLE event_head;
DROP TABLE event;
