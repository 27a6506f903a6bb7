# Waits for the end of the test binary, which holds the other end of our input,
# and then ends the browser it has told us about and removes its folder. A
# browser runs in a process group of its own, named by its process id.
folder=$1
trap '' HUP INT TERM
pid=
read -r pid
cat >/dev/null
# It may take a moment to die and write until then, so the folder must stay away
# for a while before it counts as gone.
round=0
quiet=0
while [ "$quiet" -lt 5 ] && [ "$round" -lt 100 ]; do
	round=$((round + 1))
	quiet=$((quiet + 1))
	if [ -n "$pid" ]; then kill -s KILL -- "-$pid" 2>/dev/null; fi
	if [ -e "$folder" ]; then
		quiet=0
		rm -rf "$folder" 2>/dev/null
	fi
	sleep 0.1
done
