#define _GNU_SOURCE
#include "CProcesses.h"

#include <malloc.h>

void slipway_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }

void slipway_return_memory(void) { malloc_trim(0); }
