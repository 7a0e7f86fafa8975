-- The roles and the database, once, on the primary, as postgres:
--   psql -v owner=... -v app=... -v backup=... -v replica=... -f roles.sql
-- Four passwords of 32 random letters and digits each; they are not used by people.
\set ON_ERROR_STOP on
CREATE ROLE weiguang_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner';
CREATE ROLE weiguang_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app';
CREATE ROLE weiguang_backup LOGIN NOSUPERUSER REPLICATION PASSWORD :'backup';
CREATE ROLE weiguang_replica LOGIN NOSUPERUSER REPLICATION PASSWORD :'replica';
CREATE DATABASE weiguang OWNER weiguang_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE weiguang FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE weiguang TO weiguang_app;
GRANT CONNECT ON DATABASE weiguang TO weiguang_backup;
