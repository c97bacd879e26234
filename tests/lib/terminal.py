# SPDX-License-Identifier: MIT
"""terminal.py - run a command on a terminal, as a user would who types and watches

usage: terminal.py STEP.. -- COMMAND

Between the command and the terminal is a process that controls it like a shell, and does not
repair its state. What the command writes is added to the file "written". A STEP that does not
come true within minutes is a failure. The steps:

size=ROWSxCOLUMNS   of the terminal, 24x80 at first; later: a resize
answer=ROWSxCOLUMNS (second) the terminal reports this place whenever it is asked for that of its cursor
see=TEXT            wait until TEXT was written, after what was seen before
type=TEXT           type it; may have escapes of Python
signal=NAME         send it to the command
orphan, gone        kill the parent of the command, a shell in between; wait for the end of the command
raw, restored       wait until keys arrive at once; the state is that before the command
stopped, continue   wait until the command is stopped; continue it in the foreground
deaf                read nothing more, until the next step "see"
end=STATUS          wait for its end, and compare its status (a signal: -NUMBER)
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 300
QUESTION = b"\x1b[6n"


class Terminal:
    def __init__(self, command, size, answer, between):
        self.seen = 0
        self.written = b""
        self.answer = answer
        self.file = open("written", "ab")
        self.master, self.slave = os.openpty()
        self.resize(size)
        self.before = termios.tcgetattr(self.slave)
        reader, writer = os.pipe()
        self.leader = os.fork()
        if self.leader == 0:
            os.close(self.master)
            self.lead(command, between, writer)
        os.close(writer)
        self.reports = reader
        self.reported = b""
        self.pid = int(self.report())

    def lead(self, command, between, writer):
        """Be the shell: report the pid of the command, and then each stop and its end."""
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGUSR1, lambda *_: self.go_on(child.pid))
        if between:
            # a job in the background would have an empty input
            job = '"$@" </dev/tty & echo $! >pid; wait'
            command = ["sh", "-c", job, "sh"] + command

        def begin():
            os.setpgid(0, 0)
            os.tcsetpgrp(self.slave, os.getpgrp())
            # a shell starts what runs in the background with some of them ignored
            for name in ("TTOU", "INT", "QUIT", "HUP", "TERM", "TSTP"):
                signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)

        child = subprocess.Popen(command, stdin=self.slave, stdout=self.slave, preexec_fn=begin)
        os.write(writer, b"%d\n" % child.pid)
        while True:
            _, status = os.waitpid(child.pid, os.WUNTRACED)
            os.tcsetpgrp(self.slave, os.getpgrp())
            if os.WIFSTOPPED(status):
                os.write(writer, b"stopped\n")
            else:
                os.write(writer, b"%d\n" % os.waitstatus_to_exitcode(status))
                signal.pause()

    def go_on(self, pid):
        os.tcsetpgrp(self.slave, pid)
        os.killpg(pid, signal.SIGCONT)

    def has_report(self):
        if select.select([self.reports], [], [], 0)[0]:
            self.reported += os.read(self.reports, 4096)
        return b"\n" in self.reported

    def report(self, deaf=False):
        # two may come at once
        self.until(self.has_report, "a report", deaf)
        line, _, self.reported = self.reported.partition(b"\n")
        return line.decode()

    def read(self, wait):
        if not select.select([self.master], [], [], wait)[0]:
            return
        bytes_read = os.read(self.master, 65536)
        self.file.write(bytes_read)
        self.file.flush()
        asked = (self.written[-3:] + bytes_read).count(QUESTION)
        self.written += bytes_read
        if asked and self.answer:
            os.write(self.master, b"\x1b[%d;%dR" % self.answer)

    def until(self, is_true, what, deaf=False):
        end = time.monotonic() + PATIENCE
        while not is_true():
            if time.monotonic() > end:
                sys.exit("waited in vain for %s; seen: %r" % (what, self.written[self.seen :][-400:]))
            if deaf:
                time.sleep(0.01)
            else:
                self.read(0.01)

    def resize(self, size):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    def see(self, text):
        self.until(lambda: text in self.written[self.seen :], text)
        self.seen = self.written.index(text, self.seen) + len(text)

    def is_raw(self):
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def is_restored(self):
        return termios.tcgetattr(self.slave) == self.before


def pair(text):
    return tuple(int(number) for number in text.split("x"))


def main():
    end = sys.argv.index("--")
    steps, command = sys.argv[1:end], sys.argv[end + 1 :]
    size, answer = (24, 80), None
    if steps[0].startswith("size="):
        size = pair(steps.pop(0)[5:])
    if steps[0].startswith("answer="):
        answer = pair(steps.pop(0)[7:])
    terminal = Terminal(command, size, answer, "orphan" in steps)
    pid = terminal.pid
    deaf = False
    for step in steps:
        name, _, value = step.partition("=")
        if name == "size":
            terminal.resize(pair(value))
        elif name == "see":
            deaf = False
            terminal.see(value.encode("latin-1").decode("unicode_escape").encode("latin-1"))
        elif name == "type":
            os.write(terminal.master, value.encode().decode("unicode_escape").encode("latin-1"))
        elif name == "signal":
            os.kill(pid, signal.Signals["SIG" + value])
        elif name == "orphan":
            terminal.until(lambda: os.path.exists("pid") and os.path.getsize("pid"), "its pid")
            with open("pid") as file:
                pid = int(file.read())
            os.kill(terminal.pid, signal.SIGKILL)
            assert terminal.report() == "-9"
        elif name == "raw":
            terminal.until(terminal.is_raw, step, deaf)
        elif name == "restored":
            terminal.until(terminal.is_restored, step, deaf)
        elif name == "stopped":
            got = terminal.report()
            if got != "stopped":
                sys.exit("%s instead of stopped" % got)
        elif name == "continue":
            os.kill(terminal.leader, signal.SIGUSR1)
        elif name == "deaf":
            deaf = True
        elif name == "gone":
            terminal.until(lambda: not re.match(r"[^ZX]", state(pid)), step, deaf)
        elif name == "end":
            got = terminal.report(deaf)
            if got != value:
                sys.exit("status %s instead of %s" % (got, value))
        else:
            sys.exit("no such step: " + step)
    os.kill(terminal.leader, signal.SIGKILL)


def state(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(") ")[2]
    except OSError:
        return "X"


main()
