-- The roles of CareCoord, once per cluster, by a superuser; running it again changes nothing.
-- Used by ./dev, by docker-compose.yml and by a DBA:
--   APP_OWNER_PASSWORD=... APP_RT_PASSWORD=... APP_WORKER_PASSWORD=... psql -f roles.sql
-- With another database than carecoord, add -v database=NAME. PostgreSQL 16 or newer.
\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database carecoord
\endif
\getenv owner_password APP_OWNER_PASSWORD
\getenv web_password APP_RT_PASSWORD
\getenv worker_password APP_WORKER_PASSWORD
SELECT :{?owner_password} AND :{?web_password} AND :{?worker_password} AS has_passwords \gset
\if :has_passwords
\else
  DO $$ BEGIN RAISE 'Set APP_OWNER_PASSWORD, APP_RT_PASSWORD and APP_WORKER_PASSWORD.'; END $$;
\endif
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I %s', wanted.name, wanted.kind)
  FROM (VALUES ('app_web', 'NOLOGIN'), ('app_system', 'NOLOGIN'),
               ('app_owner', 'LOGIN'), ('app_rt', 'LOGIN'), ('app_worker', 'LOGIN')) AS wanted(name, kind)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
\gexec

-- CREATEDB is for the test databases; nobody here may bypass row-level security.
ALTER ROLE app_owner  LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB PASSWORD :'owner_password';
ALTER ROLE app_rt     LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'web_password';
ALTER ROLE app_worker LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'worker_password';

-- INHERIT FALSE: a login has only the rights of the one role it has taken, never of two together.
GRANT app_web             TO app_rt     WITH INHERIT FALSE, SET TRUE;
GRANT app_system, app_web TO app_worker WITH INHERIT FALSE, SET TRUE;
GRANT app_web, app_system TO app_owner  WITH INHERIT FALSE, SET TRUE;

-- Role-wide, not IN DATABASE, so that it holds in test databases too.
ALTER ROLE app_rt     SET role = 'app_web';
ALTER ROLE app_worker SET role = 'app_system';
ALTER ROLE app_rt     SET statement_timeout = '5s';
-- What people typed stays out of the server's log, where a statement fails.
ALTER ROLE app_rt     SET log_min_error_statement = 'panic';
ALTER ROLE app_rt     SET log_error_verbosity = 'terse';
ALTER ROLE app_worker SET log_min_error_statement = 'panic';
ALTER ROLE app_worker SET log_error_verbosity = 'terse';
ALTER ROLE app_owner  SET log_min_error_statement = 'panic';
ALTER ROLE app_owner  SET log_error_verbosity = 'terse';

SELECT format('CREATE DATABASE %I OWNER app_owner', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

ALTER DATABASE :"database" OWNER TO app_owner;
REVOKE TEMPORARY ON DATABASE :"database" FROM PUBLIC;
\connect :"database"
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
