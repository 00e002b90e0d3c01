"""A person at a terminal: a command on a pty, its keys and its screen."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios

from .waiting import wait_for


class Terminal:
    """Runs a command with a terminal of its own. What it prints is in `screen`."""

    def __init__(self, arguments, environment=None, size=(24, 80)):
        self.descriptor, self.far = pty.openpty()
        self.before = termios.tcgetattr(self.far)
        self.resize(*size)
        self.process = os.fork()
        if self.process == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.far, termios.TIOCSCTTY, 0)
                for stream in range(3):
                    os.dup2(self.far, stream)
                os.closerange(3, 256)
                os.execve(arguments[0], [str(argument) for argument in arguments], {**os.environ, **(environment or {})})
            finally:
                os._exit(127)
        self.screen = ""
        self.status = None

    def resize(self, rows, columns):
        fcntl.ioctl(self.far, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def look(self):
        """Takes what was printed since."""
        while select.select([self.descriptor], [], [], 0)[0]:
            try:
                printed = os.read(self.descriptor, 65536)
            except OSError:
                return
            if not printed:
                return
            self.screen += printed.decode(errors="replace")

    def wait_for(self, text, seconds=30):
        def seen():
            self.look()
            return text in self.screen

        return wait_for(seen, f"\"{text}\" on the screen", seconds, explain=lambda: self.screen)

    def say(self, command, answer, seconds=30):
        """Types a line, and waits until something is on the screen that was not before."""
        self.look()
        self.screen = ""
        self.type(command + "\n")
        self.wait_for(answer, seconds)
        return self.screen

    def is_raw(self):
        return not termios.tcgetattr(self.far)[3] & termios.ECHO

    def is_as_before(self):
        return termios.tcgetattr(self.far)[:4] == self.before[:4]

    def end(self, seconds=30):
        """Waits for the command's end; its exit status, a signal as the shell has it."""
        def ended():
            self.look()
            if self.status is None:
                process, status = os.waitpid(self.process, os.WNOHANG)
                if process:
                    code = os.waitstatus_to_exitcode(status)
                    self.status = code if code >= 0 else 128 - code
            return self.status is not None

        wait_for(ended, "the end of the command", seconds, explain=lambda: self.screen)
        return self.status

    def signal(self, number):
        os.kill(self.process, number)

    def close(self):
        if self.status is None:
            self.signal(signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.status = 137
        for descriptor in (self.descriptor, self.far):
            os.close(descriptor)
