#!/bin/bash
# Measures what docs/scaling.md says of a server: rows of the sizes that a vault has, in a PostgreSQL 15 of its own in a
# temporary folder. What a reader fetches, what one change costs, what a reader asks to catch up. As root (Debian:
# apt-get install postgresql postgresql-contrib); the server runs as the user postgres and is gone at the end.
set -euo pipefail

ROWS=120000          # items of a vault of 100,000 certificates, 10,000 of them with key and request
SUMMARY_BYTES=728    # sealed, the mean of `cargo xtask bench`'s vaults
BODY_BYTES=745
PORT=5999

programs=/usr/lib/postgresql/15/bin
folder=$(mktemp -d)
chown postgres "$folder"
as_postgres() { su postgres -c "$1"; }
ask() { as_postgres "psql -h $folder -p $PORT -qAt -c \"$1\" postgres"; }
stop() {
    as_postgres "$programs/pg_ctl -D $folder/data -m immediate stop >/dev/null"
    rm -rf "$folder"
}

as_postgres "$programs/initdb -D $folder/data -A trust >/dev/null"
as_postgres "$programs/pg_ctl -D $folder/data -o '-k $folder -p $PORT -c listen_addresses=' -l $folder/log -w start >/dev/null"
trap stop EXIT

ask "create extension pgcrypto"
ask "create table vault (id bytea primary key, head bigint not null, state bytea not null)"
ask "create table record (vault bytea, id bigint, revision bigint not null, changed bigint not null,
     summary bytea not null, body bytea not null, primary key (vault, id))"
ask "create index on record (vault, changed)"
ask "insert into vault values ('v', 1, gen_random_bytes(168))"
ask "insert into record select 'v', n, 1, 1, gen_random_bytes($SUMMARY_BYTES), gen_random_bytes($BODY_BYTES)
     from generate_series(1, $ROWS) n"
ask "analyze record"
echo "the table: $(ask "select pg_size_pretty(pg_total_relation_size('record'))")"

echo "all summaries, five times:"
for _ in 1 2 3 4 5; do
    /usr/bin/time -f '%e s' su postgres -c "psql -h $folder -p $PORT -qAt -c \"copy (select id, revision, summary
        from record where vault = 'v' order by id) to stdout (format binary)\" postgres | wc -c"
done

# one change as a face makes it: the head moves on, one row is written under it
cat >"$folder/change.sql" <<SQL
\set id random(1, $ROWS)
begin;
update vault set head = head + 1, state = gen_random_bytes(168) where id = 'v';
update record set revision = revision + 1, changed = (select head from vault where id = 'v'),
    summary = gen_random_bytes($SUMMARY_BYTES) where vault = 'v' and id = :id;
commit;
SQL
for people in 1 8; do
    echo "changes by $people at once:"
    as_postgres "$programs/pgbench -h $folder -p $PORT -n -c $people -j 1 -T 8 -f $folder/change.sql postgres" |
        grep -E 'latency average|tps'
done

echo "what changed in the last 20 changes, three times:"
seen=$(ask "select head - 20 from vault where id = 'v'")
for _ in 1 2 3; do
    ask "explain analyze select id, revision, summary from record where vault = 'v' and changed > $seen
        order by changed" | tail -1
done
