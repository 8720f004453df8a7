#!/bin/sh
# Runs once, when the database's volume is new (the Postgres image calls it as superuser): the two logins of Duly, a
# database that belongs to the first, and the extensions, which only a superuser may add.
#
# duly_owner owns the tables and migrates; duly_app owns nothing, is bound by row-level security, and is what the api
# and the worker sign in as.
set -eu

: "${DULY_OWNER_PASSWORD:?is not set}" "${DULY_APP_PASSWORD:?is not set}"

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=owner_password="$DULY_OWNER_PASSWORD" --set=app_password="$DULY_APP_PASSWORD" <<'SQL'
CREATE ROLE duly_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE duly_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE duly OWNER duly_owner ENCODING 'UTF8' TEMPLATE template0;
SQL
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname duly <<'SQL'
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
