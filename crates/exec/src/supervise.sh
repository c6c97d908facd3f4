# Runs "$@" on the node in a process group of its own and tells its exit status behind both outputs. Lines that begin with
# a number sign stay here; the others are sent as one line, so each must be complete. Quotes are double: the whole is quoted
# with single ones.
#
# The SSM agent signals this shell alone, kills it alone when the session is terminated, and hears nothing more from the
# moment at which it signals. So from the first signal on everything happens here, by itself.
#
# What this shell would say goes nowhere; 3 is the command's standard error.
exec 3>&2 2>/dev/null; i= j= p= g= e= z= f=TERM;
# Sends each signal to the group, 5 seconds apart, and ends when nobody is left. What belongs to another user cannot be
# signalled and stays.
hunt() { for x; do kill -$x -$p || kill -$x $p; n=25; while [ $n -gt 0 ]; do n=$((n-1)); sleep .2 || sleep 1;
kill -0 -$p || kill -0 $p || [ -d /proc/$p ] || exit; done; done; };
# Hunts in the background, once; i holds the signals before KILL. Where that does not help, this shell is told to give up.
end() { [ "$e" ] || { e=1; { hunt $i KILL; kill -USR1 $$; } >/dev/null 3>&- & e=$!; }; };
# A signal came: before there is a command and its guard, only remember it.
on() { j=1; [ "$i" ] || { i=$1; [ -z "$g" ] || end; }; };
trap "on \"\$f TERM\"" INT; trap "on TERM" QUIT; trap z=1 USR1;
# With job control a command in the background has a group of its own and hears SIGINT. dash and busybox have none without
# a terminal: there setsid makes the group, and SIGINT, which they make the command ignore, becomes SIGTERM.
set -m; case $- in *m*) f=INT; "$@" </dev/null 2>&3 3>&- & p=$!; set +m;;
*) if command -v setsid >/dev/null; then setsid "$@" </dev/null 2>&3 3>&- & else "$@" </dev/null 2>&3 3>&- & fi; p=$!;; esac;
# The guard: when this shell was killed, it ends the group. It asks who its own parent is, because the number of a shell
# that is gone may soon be another's; only Linux tells that.
up() { if read a b c d x </proc/self/stat; then [ "$d" = $$ ]; else kill -0 $$; fi; };
{ trap "kill \$!; exit" TERM; while up; do sleep 5 & wait $!; done; hunt TERM KILL; } >/dev/null 3>&- & g=$!;
trap "on TERM" TERM HUP; [ -z "$i" ] || end;
# A wait that a signal interrupted is repeated, for the status to be the command's. So is one that bash ended because the
# command had stopped while there was job control: bash then never hears that it goes on, but that it is over.
lives() { kill -0 $p || [ -d /proc/$p ]; };
wait $p; s=$?; while [ "$j" ] || { [ -z "$z" ] && lives; }; do [ "$j" ] || sleep .2 || sleep 1; j=; wait $p; t=$?; [ $t = 127 ] || s=$t; done;
trap "" INT QUIT TERM HUP USR1; kill $g; [ -z "$e" ] || wait $e; [ -z "$z" ] || s=255;
