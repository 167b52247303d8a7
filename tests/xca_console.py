"""Runs XCA without its window on a terminal of its own and types the passwords that it asks for.

usage: xca_console.py FOLDER PASSWORDS-JOINED-BY-TABS XCA-ARGUMENT…

XCA asks for the passwords of files on the terminal only. FOLDER is its home. Each time that it
asks, the next password is typed; when they are used up, an empty one. Prints all that it said.
"""

import os
import pty
import select
import sys
import time

PATIENCE_SECONDS = 60
PROMPT = b"assword:"


def main() -> int:
    folder, passwords, arguments = sys.argv[1], sys.argv[2].split("\t"), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(HOME=folder, XDG_CONFIG_HOME=folder, XCA_NO_GUI="1", LC_ALL="C.UTF-8")
        os.execvp("xca", ["xca", "--no-gui", *arguments])
    said, answered = b"", 0
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if not ready:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the child has closed its side
            break
        if not piece:
            break
        said += piece
        # "Repeat Password:" is asked of a new database too
        while said.count(PROMPT) > answered:
            password = passwords.pop(0) if passwords else ""
            time.sleep(0.1)
            os.write(terminal, password.encode() + b"\n")
            answered += 1
    else:
        os.kill(child, 9)
        print("xca gave no answer", file=sys.stderr)
        return 3
    sys.stdout.buffer.write(said)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
