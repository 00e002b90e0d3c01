#define _GNU_SOURCE
#include "inside.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_STACK = 16 * 1024 };

struct request {
    int owner;
    int other;
    int kind;
    int (*work)(void *);
    void *argument;
    int error;
};

// A process of its own, since only one without threads may change its user namespace, and since the caller is to stay where it is
// (setns(2)). Nobody there may look into the memory, which is the caller's.
static int child(void *argument) {
    struct request *request = argument;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || (request->owner >= 0 && setns(request->owner, CLONE_NEWUSER) != 0)
        || (request->other >= 0 && setns(request->other, request->kind) != 0) || request->work(request->argument) != 0)
        request->error = errno;
    _exit(0);
}

int slipway_inside(int owner, int other, int kind, int (*work)(void *), void *argument) {
    char stack[CHILD_STACK] __attribute__((aligned(16)));
    struct request request = {.owner = owner, .other = other, .kind = kind, .work = work, .argument = argument};
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = clone(child, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &request);
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
