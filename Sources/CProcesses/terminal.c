#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { CHILD_STACK = 16 * 1024 };

struct request {
    const struct slipway_namespaces *namespaces;
    int *ends;
    int error;
};

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

// Shares the caller's memory and descriptors. It is a process of its own since only one without threads may change its user
// namespace, and since the caller is to stay in its own mounts (setns(2)).
static int open_inside(void *argument) {
    struct request *request = argument;
    const struct slipway_namespaces *namespaces = request->namespaces;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
        || (namespaces->owner >= 0 && setns(namespaces->owner, CLONE_NEWUSER) != 0)
        || (namespaces->mount >= 0 && setns(namespaces->mount, CLONE_NEWNS) != 0) || open_ends(request->ends) != 0)
        request->error = errno;
    _exit(0);
}

int slipway_open_terminal(const struct slipway_namespaces *namespaces, int ends[2]) {
    if (!namespaces) return open_ends(ends);
    char stack[CHILD_STACK] __attribute__((aligned(16)));
    struct request request = {.namespaces = namespaces, .ends = ends};
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = clone(open_inside, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &request);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        errno = error;
        return -1;
    }
    // The flag belongs to the memory that was shared.
    if (dumpable == 1) prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {}
    errno = request.error;
    return request.error == 0 ? 0 : -1;
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
