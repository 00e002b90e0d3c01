#define _GNU_SOURCE
#include "CProcesses.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void slipway_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }

void slipway_return_memory(void) { malloc_trim(0); }

// Gives back what of the program's own code is resident: the first object is the program itself, and it alone is looked at.
static int return_code(struct dl_phdr_info *object, size_t size, void *data) {
    (void)size;
    (void)data;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        // What is never written to is the file's own content, and comes from there again.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0 || (segment->p_flags & PF_X) == 0) continue;
        const uintptr_t begin = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        const uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
        if (end > begin) madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    return 1;
}

void slipway_return_code(void) { dl_iterate_phdr(return_code, NULL); }
