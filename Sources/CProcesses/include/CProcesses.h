// What the kernel offers for processes and Swift can't call: spawning without a copy of the address space, joining
// namespaces, descriptors in messages, and the variadic or macro-only system calls.
#pragma once

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Which part of starting a process failed. The values are mirrored by Swift's `SpawnStep`.
enum slipway_step {
    SLIPWAY_STEP_NONE = 0,
    SLIPWAY_STEP_CLONE,
    SLIPWAY_STEP_NAMESPACES,
    SLIPWAY_STEP_SANDBOX_GONE,
    SLIPWAY_STEP_CGROUP,
    SLIPWAY_STEP_MEMORY_PRESSURE,
    SLIPWAY_STEP_SESSION,
    SLIPWAY_STEP_LIMITS,
    SLIPWAY_STEP_IDENTITY,
    SLIPWAY_STEP_CAPABILITIES,
    SLIPWAY_STEP_PRIVILEGES,
    SLIPWAY_STEP_DEATH_SIGNAL,
    SLIPWAY_STEP_DESCRIPTORS,
    SLIPWAY_STEP_DIRECTORY,
    SLIPWAY_STEP_EXECUTABLE,
    SLIPWAY_STEP_INTERPRETER,
    SLIPWAY_STEP_PIDFD,
};

// Descriptors of the namespaces to join, -1 for those that stay. `owner` is the user namespace that owns the mount
// namespace; `user` is the one that the process ends in, where that is another one.
struct slipway_namespaces {
    int owner;
    int mount;
    int pid;
    int ipc;
    int uts;
    int network;
    int user;
};

struct slipway_limit {
    int resource;
    uint64_t soft;
    uint64_t hard;
};

struct slipway_identity {
    uint32_t user;
    uint32_t group;
    const uint32_t *groups;
    size_t group_count;
};

struct slipway_spawn_request {
    const char *executable;             // searched in `search_path` where it has no slash
    const char *search_path;            // folders with colons between them
    char *const *arguments;             // with argument zero, ended by NULL
    char *const *environment;           // NAME=value, ended by NULL
    const char *directory;              // NULL: the caller's
    int standard[3];                    // -1: /dev/null
    const int *inherited;               // become 3, 4, …
    size_t inherited_count;
    const struct slipway_namespaces *namespaces;  // NULL: none is joined
    const struct slipway_identity *identity;      // NULL: the caller's
    const struct slipway_limit *limits;
    size_t limit_count;
    int new_session;
    int no_new_privileges;
    int drop_capabilities;
    int death_signal;                   // 0: none
    int cgroup;                         // descriptor of a cgroup.procs open for writing, or -1
    int oom_score_adjustment;           // -1000…1000; any other value: unchanged
    int creation_mask;                  // -1: unchanged
    int controlling_terminal;           // whether standard input is the terminal of its session
};

struct slipway_spawn_result {
    pid_t pid;
    int pidfd;
    enum slipway_step step;             // where it failed, with `error` the errno of it
    int error;
};

// Starts a process; returns 0, or -1 with `step` and `error` set and nothing left behind. Returns when the program has been
// executed, so that a failure to execute is known here. Calls must not run at the same time.
int slipway_spawn(const struct slipway_spawn_request *request, struct slipway_spawn_result *result);

// A stream socket of IPv4 in other namespaces (`owner` and `network`, -1 for those that stay), close-on-exec, or -1.
int slipway_socket_in(const struct slipway_namespaces *namespaces);

// A new pair of terminal ends, close-on-exec: what steers it first, then the one for programs. Made in other namespaces where
// they are given (`owner` and `mount`, -1 for those that stay), so that its name means something there. 0, or -1 with errno.
int slipway_open_terminal(const struct slipway_namespaces *namespaces, int ends[2]);

// Sets and asks for the size of a terminal's window in characters; 0, or -1 with errno.
int slipway_set_terminal_size(int terminal, uint16_t columns, uint16_t rows);
int slipway_terminal_size(int terminal, uint16_t *columns, uint16_t *rows);

// From now on each of the signals to the caller is written as a byte into a pipe, and does nothing else. 0 or -1.
int slipway_tell_signals(int pipe, const int *signals, size_t count);

// fork(2), which Swift hides because a copy of a process with threads is of little use. The caller has one thread.
pid_t slipway_fork(void);

// Forks a process that is nobody's child: its parent is one between it and this process, which ends at once. The one between
// shares this process's memory as after vfork(2), so that it costs no copy of it. It calls `report` with the new process's pid,
// or -1 and errno set, and with the socket. Returns 0 in the new process, and in this one the pid of the one between, or -1.
pid_t slipway_fork_orphan(void (*report)(pid_t pid, int socket), int socket);

int slipway_pidfd_open(pid_t pid);
int slipway_pidfd_signal(int pidfd, int signal);

// Waits for the child of a pidfd. Returns 1 when it has ended (`code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED and `status`
// the exit code or signal), 0 when it runs and `block` is 0, -1 with errno.
int slipway_wait(int pidfd, int block, int *code, int *status);

// Reaps `pid` if it is an ended child.
void slipway_reap(pid_t pid);

int slipway_adopt_orphans(void);
int slipway_set_death_signal(int signal);
int slipway_namespace_owner(int descriptor);

// Sends bytes with up to 8 descriptors as one message; returns the count of bytes or -1.
ssize_t slipway_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);

// Receives one message; at most `*descriptor_count` (up to 8) descriptors are stored, close-on-exec, and their count written.
ssize_t slipway_receive(int socket, void *bytes, size_t count, int *descriptors, size_t *descriptor_count);

// Lock of an open file description (fcntl(2)). slipway_lock returns 1 when taken, 0 when another holds it, -1 with errno;
// slipway_lock_held returns 1 when another holds one, 0 when nobody does, -1 with errno.
int slipway_lock(int descriptor);
int slipway_lock_held(int descriptor);

// A descriptor on which SIGCHLD can be polled for; the signal is blocked from then on.
int slipway_child_signals(void);

// Every signal back to its default and none blocked.
void slipway_reset_signals(void);

// From now on SIGTERM, SIGINT, SIGHUP and SIGQUIT to the caller go on to another process.
void slipway_forward_signals(pid_t pid);

// The caller's environment, ended by NULL; not to be used while a thread changes it.
char **slipway_environment(void);

// Sends SIGALRM to the caller after a time; 0 clears it.
int slipway_alarm(uint64_t milliseconds);

// The peer of a connected Unix socket; 0 or -1.
int slipway_peer(int socket, pid_t *pid, uint32_t *user, uint32_t *group);

// A pipe with both ends close-on-exec, reading end first; 0 or -1.
int slipway_pipe(int ends[2]);

// The next connection, close-on-exec, or -1.
int slipway_accept(int socket);

// A folder's descriptor that needs no right to read it, close-on-exec, or -1.
int slipway_open_folder(const char *path);

// A file in memory without a name, close-on-exec, or -1.
int slipway_memory_file(void);

// Whether the caller runs on the process's first thread.
int slipway_on_first_thread(void);

// The C library's words for an errno; NULL for an unknown one.
const char *slipway_error_text(int error);

// How many heaps malloc(3) may have, each of which keeps what its threads have freed. Before the threads are made.
void slipway_limit_arenas(int count);

// Gives free memory back to the system.
void slipway_return_memory(void);

// Takes the program's code out of the resident set; what is called next is mapped again from the page cache.
void slipway_return_code(void);

// Sets a pipe's capacity; returns what it is then, or -1.
int slipway_set_pipe_capacity(int descriptor, int bytes);

int slipway_set_nonblocking(int descriptor, int nonblocking);
