#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_STACK = 16 * 1024 };

struct request {
    const struct slipway_namespaces *namespaces;
    int descriptor;
    int error;
};

// Shares the caller's memory and descriptors: the socket that it makes is the caller's. It is a process of its own since only
// one without threads may change its user namespace (setns(2)).
static int make_socket(void *argument) {
    struct request *request = argument;
    const struct slipway_namespaces *namespaces = request->namespaces;
    if ((namespaces->owner < 0 || setns(namespaces->owner, CLONE_NEWUSER) == 0)
        && (namespaces->network < 0 || setns(namespaces->network, CLONE_NEWNET) == 0))
        request->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (request->descriptor < 0) request->error = errno;
    _exit(0);
}

int slipway_socket_in(const struct slipway_namespaces *namespaces) {
    char stack[CHILD_STACK] __attribute__((aligned(16)));
    struct request request = {.namespaces = namespaces, .descriptor = -1};
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = clone(make_socket, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &request);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        errno = error;
        return -1;
    }
    // The flag belongs to the memory that was shared, and a change of identity there clears it.
    if (dumpable == 1) prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {}
    errno = request.error;
    return request.descriptor;
}
