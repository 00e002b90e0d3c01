"""The machine's processes, as /proc shows them."""

import ctypes
import os
import pathlib
import signal

PR_SET_PDEATHSIG = 1


def all_processes():
    return [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]


def command_line(pid):
    """The words joined by spaces; empty where the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def running(text):
    """The processes whose command line contains the text."""
    return [pid for pid in all_processes() if pid != os.getpid() and text in command_line(pid)]


def holding(path):
    """The processes that have the file, or something below the folder, open."""
    found = []
    for pid in all_processes():
        if pid == os.getpid():
            continue
        try:
            for entry in os.scandir(f"/proc/{pid}/fd"):
                target = os.readlink(entry.path)
                if target == str(path) or target.startswith(f"{path}/"):
                    found.append(pid)
                    break
        except OSError:
            continue
    return found


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def state(pid):
    """`R`, `S`, `Z` and so on; None where the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return None


def is_running(pid):
    return state(pid) not in (None, "Z", "X")


def end_with_parent():
    """Has a process that is about to be executed end with the one that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
