#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 8 };

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

pid_t slipway_fork(void) { return fork(); }

pid_t slipway_fork_orphan(void (*report)(pid_t pid, int socket), int socket) {
    pid_t between = vfork();
    if (between == 0) {
        // The new process goes on from here in its own copy of the memory, the stack with it.
        pid_t orphan = fork();
        if (orphan == 0) return 0;
        report(orphan, socket);
        _exit(0);
    }
    if (between > 0) waitpid(between, NULL, 0);
    return between;
}

int slipway_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int slipway_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }

int slipway_wait(int pidfd, int block, int *code, int *status) {
    siginfo_t information;
    memset(&information, 0, sizeof information);
    int answer;
    do {
        answer = waitid((idtype_t)P_PIDFD, (id_t)pidfd, &information, WEXITED | __WALL | (block ? 0 : WNOHANG));
    } while (answer != 0 && errno == EINTR);
    if (answer != 0) return -1;
    if (information.si_pid == 0) return 0;
    *code = information.si_code;
    *status = information.si_status;
    return 1;
}

void slipway_reap(pid_t pid) { waitpid(pid, NULL, WNOHANG | __WALL); }

int slipway_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int slipway_set_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

int slipway_namespace_owner(int descriptor) {
    int owner = ioctl(descriptor, NS_GET_USERNS);
    if (owner >= 0) fcntl(owner, F_SETFD, FD_CLOEXEC);
    return owner;
}

ssize_t slipway_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
    if (descriptor_count > MOST_DESCRIPTORS) {
        errno = EMSGSIZE;
        return -1;
    }
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptor_count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * descriptor_count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * descriptor_count);
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

// Keeps what there is room for and closes the rest, so that no descriptor stays open unseen.
static void take_descriptors(struct msghdr *message, int *descriptors, size_t room, size_t *taken) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < count; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof descriptor);
            if (*taken < room) descriptors[(*taken)++] = descriptor;
            else close(descriptor);
        }
    }
}

ssize_t slipway_receive(int socket, void *bytes, size_t count, int *descriptors, size_t *descriptor_count) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control,
    };
    size_t room = *descriptor_count;
    *descriptor_count = 0;
    ssize_t received;
    do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received >= 0) take_descriptors(&message, descriptors, room, descriptor_count);
    return received;
}

int slipway_lock(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) return 1;
    return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

int slipway_lock_held(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return -1;
    return lock.l_type != F_UNLCK;
}

int slipway_child_signals(void) {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &children, NULL) != 0) return -1;
    return signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}

void slipway_reset_signals(void) {
    // The kernel's own form of sigaction: all zero is the default. The C library's refuses the two signals that it uses itself,
    // and those may have been ignored by whoever started this program.
    unsigned long standard[4] = {0};
    for (int signal = 1; signal < NSIG; signal++) syscall(SYS_rt_sigaction, signal, standard, NULL, sizeof(uint64_t));
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static volatile sig_atomic_t forwarded_to;

static void forward(int signal) {
    int error = errno;
    kill(forwarded_to, signal);
    errno = error;
}

void slipway_forward_signals(pid_t pid) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = forward;
    action.sa_flags = SA_RESTART;
    forwarded_to = pid;
    int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) sigaction(signals[index], &action, NULL);
}

char **slipway_environment(void) { return environ; }

int slipway_alarm(uint64_t milliseconds) {
    struct itimerval timer = {
        .it_value = {.tv_sec = (time_t)(milliseconds / 1000), .tv_usec = (suseconds_t)(milliseconds % 1000 * 1000)},
    };
    return setitimer(ITIMER_REAL, &timer, NULL);
}

int slipway_peer(int socket, pid_t *pid, uint32_t *user, uint32_t *group) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    *pid = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

int slipway_set_pipe_capacity(int descriptor, int bytes) { return fcntl(descriptor, F_SETPIPE_SZ, bytes); }

int slipway_set_nonblocking(int descriptor, int nonblocking) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -1;
    return fcntl(descriptor, F_SETFL, nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int slipway_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int slipway_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC); }

int slipway_open_folder(const char *path) { return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); }

int slipway_memory_file(void) { return memfd_create("slipway", MFD_CLOEXEC); }

int slipway_on_first_thread(void) { return gettid() == getpid(); }

const char *slipway_error_text(int error) { return strerrordesc_np(error); }
