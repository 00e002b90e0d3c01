#define _GNU_SOURCE
#include "CProcesses.h"
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// The slave is asked of the master, and not opened by its name: the name leads to another one where the namespaces differ.
static int open_ends(int ends[2]) {
    int unlocked = 0;
    ends[0] = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[0] < 0) return -1;
    if (ioctl(ends[0], TIOCSPTLCK, &unlocked) == 0) {
        ends[1] = ioctl(ends[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (ends[1] >= 0) return 0;
    }
    int error = errno;
    close(ends[0]);
    errno = error;
    return -1;
}

static int open_inside(void *ends) { return open_ends(ends); }

int slipway_open_terminal(const struct slipway_namespaces *namespaces, int ends[2]) {
    if (!namespaces) return open_ends(ends);
    return slipway_inside(namespaces->owner, namespaces->mount, CLONE_NEWNS, open_inside, ends);
}

int slipway_set_terminal_size(int terminal, uint16_t columns, uint16_t rows) {
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    return ioctl(terminal, TIOCSWINSZ, &size);
}

int slipway_terminal_size(int terminal, uint16_t *columns, uint16_t *rows) {
    struct winsize size;
    if (ioctl(terminal, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

static volatile sig_atomic_t told;

static void tell(int signal) {
    int error = errno;
    unsigned char byte = (unsigned char)signal;
    // Where the pipe is full, somebody has enough to read.
    if (write(told, &byte, 1) < 0) {}
    errno = error;
}

int slipway_tell_signals(int pipe, const int *signals, size_t count) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = tell;
    action.sa_flags = SA_RESTART;
    told = pipe;
    for (size_t index = 0; index < count; index++)
        if (sigaction(signals[index], &action, NULL) != 0) return -1;
    return 0;
}
