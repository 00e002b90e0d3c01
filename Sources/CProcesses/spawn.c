#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The children below share the caller's memory until they execute their program, as after vfork(2): that costs nothing
// however large the caller is, and what fails is told by writing into the result. So they allocate nothing, call no
// wrapper that keeps books about threads (setuid and its like are called raw), and run on stacks of their own.

enum { CHILD_STACK = 48 * 1024 };

struct context {
    const struct slipway_spawn_request *request;
    struct slipway_spawn_result *result;
    pid_t caller;
    int null_device;
    char *inner_stack;
};

__attribute__((noreturn)) static void fail(struct context *context, enum slipway_step step, int error) {
    context->result->step = step;
    context->result->error = error;
    _exit(127);
}

static void write_memory_pressure(struct context *context) {
    int score = context->request->oom_score_adjustment;
    if (score < -1000 || score > 1000) return;
    char text[8];
    size_t length = 0;
    if (score < 0) text[length++] = '-';
    unsigned magnitude = score < 0 ? (unsigned)-score : (unsigned)score, divisor = 1000;
    while (divisor > 1 && magnitude / divisor == 0) divisor /= 10;
    for (; divisor > 0; divisor /= 10) text[length++] = (char)('0' + magnitude / divisor % 10);
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, length) < 0) fail(context, SLIPWAY_STEP_MEMORY_PRESSURE, errno);
    close(file);
}

// What needs the host's files, so comes before any namespace is joined.
static void prepare(struct context *context) {
    const struct slipway_spawn_request *request = context->request;
    if (request->cgroup >= 0 && write(request->cgroup, "0", 1) < 0) fail(context, SLIPWAY_STEP_CGROUP, errno);
    write_memory_pressure(context);
    for (int index = 0; index < 3; index++) {
        if (request->standard[index] >= 0 || context->null_device >= 0) continue;
        context->null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (context->null_device < 0) fail(context, SLIPWAY_STEP_DESCRIPTORS, errno);
    }
}

static void arrange_descriptors(struct context *context) {
    const struct slipway_spawn_request *request = context->request;
    int count = 3 + (int)request->inherited_count;
    int moved[3 + 32];
    if (request->inherited_count > 32) fail(context, SLIPWAY_STEP_DESCRIPTORS, EMFILE);
    // First out of the way, so that none is overwritten before it is used.
    for (int index = 0; index < count; index++) {
        int source = index < 3 ? request->standard[index] : request->inherited[index - 3];
        if (source < 0) source = context->null_device;
        moved[index] = fcntl(source, F_DUPFD_CLOEXEC, count);
        if (moved[index] < 0) fail(context, SLIPWAY_STEP_DESCRIPTORS, errno);
    }
    for (int index = 0; index < count; index++)
        if (dup2(moved[index], index) < 0) fail(context, SLIPWAY_STEP_DESCRIPTORS, errno);
    if (syscall(SYS_close_range, (unsigned)count, ~0U, 0) == 0) return;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail(context, SLIPWAY_STEP_DESCRIPTORS, errno);
    for (rlim_t descriptor = (rlim_t)count; descriptor < limit.rlim_cur; descriptor++) close((int)descriptor);
}

static void limit_resources(struct context *context) {
    for (size_t index = 0; index < context->request->limit_count; index++) {
        const struct slipway_limit *limit = &context->request->limits[index];
        struct rlimit value = {.rlim_cur = limit->soft, .rlim_max = limit->hard};
        if (setrlimit((__rlimit_resource_t)limit->resource, &value) != 0) fail(context, SLIPWAY_STEP_LIMITS, errno);
    }
}

static void change_identity(struct context *context) {
    const struct slipway_identity *identity = context->request->identity;
    if (!identity) return;
    if (syscall(SYS_setgroups, identity->group_count, identity->groups) != 0
        || syscall(SYS_setresgid, identity->group, identity->group, identity->group) != 0
        || syscall(SYS_setresuid, identity->user, identity->user, identity->user) != 0)
        fail(context, SLIPWAY_STEP_IDENTITY, errno);
}

// The bounding set goes first, while there is still the capability to change it; who has none can't and needn't.
static void empty_bounding_set(struct context *context) {
    for (int capability = 0; capability < 64; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
        if (errno == EINVAL || errno == EPERM) return;
        fail(context, SLIPWAY_STEP_CAPABILITIES, errno);
    }
}

static void drop_capabilities(struct context *context) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &header, none) != 0) fail(context, SLIPWAY_STEP_CAPABILITIES, errno);
}

static void restrict_privileges(struct context *context) {
    const struct slipway_spawn_request *request = context->request;
    if (request->drop_capabilities) empty_bounding_set(context);
    change_identity(context);
    if (request->drop_capabilities) drop_capabilities(context);
    if (request->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail(context, SLIPWAY_STEP_PRIVILEGES, errno);
    if (request->death_signal == 0) return;
    // Comes after the change of identity, which clears it. A caller that died before this line is noticed by its pid; inside
    // another pid namespace that reads 0, and there the end of the sandbox does the work.
    if (prctl(PR_SET_PDEATHSIG, request->death_signal, 0, 0, 0) != 0) fail(context, SLIPWAY_STEP_DEATH_SIGNAL, errno);
    if (!request->namespaces && getppid() != context->caller) fail(context, SLIPWAY_STEP_DEATH_SIGNAL, ESRCH);
}

// Tries one path; returns only when it can't be executed.
static int execute_path(struct context *context, const char *path) {
    execve(path, context->request->arguments, context->request->environment);
    int error = errno;
    // A file that is there and "does not exist" names an interpreter that doesn't.
    struct stat status;
    if (error == ENOENT && stat(path, &status) == 0) fail(context, SLIPWAY_STEP_INTERPRETER, error);
    return error;
}

__attribute__((noreturn)) static void execute(struct context *context) {
    const struct slipway_spawn_request *request = context->request;
    const char *name = request->executable;
    if (strchr(name, '/')) fail(context, SLIPWAY_STEP_EXECUTABLE, execute_path(context, name));
    size_t name_length = strlen(name);
    int refused = ENOENT;
    const char *folder = request->search_path;
    while (folder && *name) {
        const char *end = strchrnul(folder, ':');
        size_t length = (size_t)(end - folder);
        char path[PATH_MAX];
        if (length + name_length + 2 <= sizeof path) {
            memcpy(path, folder, length);
            if (length > 0) path[length++] = '/';
            memcpy(path + length, name, name_length + 1);
            int error = execute_path(context, path);
            if (error == EACCES) refused = EACCES;
            else if (error != ENOENT && error != ENOTDIR) fail(context, SLIPWAY_STEP_EXECUTABLE, error);
        }
        folder = *end ? end + 1 : NULL;
    }
    fail(context, SLIPWAY_STEP_EXECUTABLE, refused);
}

// The process that becomes the program. All signals are blocked here until its handlers, which are the caller's, are gone.
static int become_program(void *argument) {
    struct context *context = argument;
    const struct slipway_spawn_request *request = context->request;
    if (!request->namespaces) prepare(context);
    if (request->new_session && setsid() < 0) fail(context, SLIPWAY_STEP_SESSION, errno);
    // Before the limits: a low one on open files would refuse the numbers that the caller's descriptors have.
    arrange_descriptors(context);
    if (request->controlling_terminal && ioctl(0, TIOCSCTTY, 0) < 0) fail(context, SLIPWAY_STEP_SESSION, errno);
    limit_resources(context);
    restrict_privileges(context);
    if (request->directory && chdir(request->directory) != 0) fail(context, SLIPWAY_STEP_DIRECTORY, errno);
    if (request->creation_mask >= 0) umask((mode_t)request->creation_mask);
    slipway_reset_signals();
    execute(context);
}

static void join(struct context *context, int descriptor, int kind) {
    if (descriptor >= 0 && setns(descriptor, kind) != 0) fail(context, SLIPWAY_STEP_NAMESPACES, errno);
}

// The process in between: it enters the namespaces and makes the program's process there, as a child of the caller. A pid
// namespace takes effect for children only, which is why there is one in between.
static int enter_namespaces(void *argument) {
    struct context *context = argument;
    const struct slipway_namespaces *namespaces = context->request->namespaces;
    prepare(context);
    // Processes in the sandbox can see the next one before it has executed its program, while it still has the caller's memory
    // and descriptors. A process that isn't dumpable can't be traced or read by them (ptrace(2)).
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail(context, SLIPWAY_STEP_NAMESPACES, errno);
    join(context, namespaces->owner, CLONE_NEWUSER);
    join(context, namespaces->ipc, CLONE_NEWIPC);
    join(context, namespaces->uts, CLONE_NEWUTS);
    join(context, namespaces->network, CLONE_NEWNET);
    join(context, namespaces->pid, CLONE_NEWPID);
    join(context, namespaces->mount, CLONE_NEWNS);
    join(context, namespaces->user, CLONE_NEWUSER);
    pid_t pid = clone(become_program, context->inner_stack, CLONE_VM | CLONE_VFORK | CLONE_PARENT, context);
    // A pid namespace whose first process has ended takes no more.
    if (pid < 0) fail(context, errno == ENOMEM ? SLIPWAY_STEP_SANDBOX_GONE : SLIPWAY_STEP_CLONE, errno);
    context->result->pid = pid;
    _exit(0);
}

static void wait_for(pid_t pid) {
    while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {}
}

static int give_up(struct slipway_spawn_result *result, enum slipway_step step, int error) {
    result->step = step;
    result->error = error;
    return -1;
}

int slipway_spawn(const struct slipway_spawn_request *request, struct slipway_spawn_result *result) {
    char outer_stack[CHILD_STACK] __attribute__((aligned(16)));
    char inner_stack[CHILD_STACK] __attribute__((aligned(16)));
    struct context context = {
        .request = request, .result = result, .caller = getpid(), .null_device = -1, .inner_stack = inner_stack + CHILD_STACK,
    };
    memset(result, 0, sizeof *result);
    result->pidfd = -1;
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int (*child)(void *) = request->namespaces ? enter_namespaces : become_program;
    pid_t pid = clone(child, outer_stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, &context);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) return give_up(result, SLIPWAY_STEP_CLONE, error);
    // The flag belongs to the memory that was shared, and a change of identity there clears it too.
    if (dumpable == 1) prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (request->namespaces) wait_for(pid);
    else result->pid = pid;
    if (result->step != SLIPWAY_STEP_NONE || result->pid == 0) {
        if (result->pid > 0) wait_for(result->pid);
        // Without a step it was killed from outside before it could say anything.
        if (result->step == SLIPWAY_STEP_NONE) give_up(result, SLIPWAY_STEP_CLONE, ECANCELED);
        return -1;
    }
    result->pidfd = slipway_pidfd_open(result->pid);
    if (result->pidfd >= 0) return 0;
    error = errno;
    kill(result->pid, SIGKILL);
    wait_for(result->pid);
    return give_up(result, SLIPWAY_STEP_PIDFD, error);
}
