#define _GNU_SOURCE
#include "CProcesses.h"

#include <malloc.h>

void slipway_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }

void slipway_return_memory(void) { malloc_trim(0); }

// Put in the place of libdispatch's own function by the linker (--wrap, see Package.swift), which it can where libdispatch is
// linked into the binary. Without it, libdispatch looks once a second, for as long as the process lives, at how many threads of
// its shared queues run, to start more where some block (its event/workqueue.c). Nothing of ours blocks there, and a daemon that
// has nothing to do is to sleep.
void __wrap__dispatch_workq_worker_register(void *queue);
void __wrap__dispatch_workq_worker_register(void *queue) { (void)queue; }
