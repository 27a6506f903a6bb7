# Owns one PostgreSQL server: makes the cluster, runs the server, and ends both
# when the last test process that uses them is gone.
#
# usage: sh supervise.sh FOLDER BINARIES PARENT GRACE
#   PARENT  the process whose tests share the server; 0 when only one test does
#   GRACE   idle rounds of 0.2 s before the end while PARENT still lives
set -u
folder=$1 binaries=$2 parent=$3 grace=$4
server=
cd / || exit 1

start() {
	"$binaries/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= \
		-c max_connections=200 -c shared_buffers=64MB -c fsync=off \
		-c full_page_writes=off -c autovacuum=off \
		-c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=256MB \
		-c timezone=UTC -c unix_socket_permissions=0700 >>"$folder/log" 2>&1 9>&- &
	server=$!
}

# The folder changes its name first, with the gate closed: a process that comes
# now makes a new cluster instead of joining one that is about to end.
finish() {
	gone=$folder.gone.$$
	mv "$folder" "$gone" 2>/dev/null || gone=$folder
	exec 9>&-
	if [ -n "$server" ]; then
		kill -QUIT "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	rm -rf "$gone"
	exit 0
}

parent_lives() { [ "$parent" != 0 ] && [ -d "/proc/$parent" ]; }

trap finish TERM
trap '' HUP INT
exec 9<"$folder/gate" || exit 1
"$binaries/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
	--encoding=UTF8 --locale=C --no-sync --no-instructions >>"$folder/log" 2>&1 9>&- &&
	start

idle=0
while :; do
	sleep 0.2 9>&-
	if [ -e "$folder/up" ]; then
		rm -f "$folder/up"
		start
	fi
	[ -d "$folder" ] || finish
	if ! flock -n -x "$folder/users" true 9>&-; then
		idle=0
		continue
	fi
	idle=$((idle + 1))
	if parent_lives && [ "$idle" -lt "$grace" ]; then continue; fi
	# Somebody may be at the gate, on the way in: look again behind it.
	flock -n -x 9 || continue
	if flock -n -x "$folder/users" true 9>&-; then finish; fi
	flock -u 9
done
