#pragma once
#include <git2.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/// Puts another `HOME=…` into the environment and returns the one that was there, or null where there was none.
///
/// Only the pointer is exchanged: other threads may be reading the environment, which setenv would move.
static inline char *slipway_exchange_home(char *variable) {
    for (char **entry = environ; entry && *entry; entry++) {
        if (strncmp(*entry, "HOME=", 5) == 0) {
            char *original = *entry;
            *entry = variable;
            return original;
        }
    }
    putenv(variable);
    return NULL;
}

// git_libgit2_opts is variadic, which Swift can't call: one typed function for each option in use.

static inline int slipway_git_set_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

static inline int slipway_git_set_certificates(const char *file, const char *folder) {
    return git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file, folder);
}

static inline int slipway_git_set_user_agent(const char *agent) {
    return git_libgit2_opts(GIT_OPT_SET_USER_AGENT, agent);
}

static inline int slipway_git_enable_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

static inline int slipway_git_enable_strict_object_creation(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, enabled);
}

static inline int slipway_git_enable_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

static inline int slipway_git_enable_directory_fsync(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

// Not in Swift's view of the C library, which leaves GNU extensions out.
extern ssize_t copy_file_range(int, long *, int, long *, size_t, unsigned int);

/// Copies from one file to another, both at their current positions, within the kernel.
static inline ssize_t slipway_copy_file_range(int source, int target, size_t count) {
    return copy_file_range(source, NULL, target, NULL, count, 0);
}

extern int syncfs(int);

/// Writes all that the file system of an open file has in memory to its disk.
static inline int slipway_sync_file_system(int descriptor) { return syncfs(descriptor); }
