#define _GNU_SOURCE
#include "CProcesses.h"
#include "inside.h"

#include <sched.h>
#include <sys/socket.h>

static int make_socket(void *argument) {
    int *descriptor = argument;
    *descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return *descriptor < 0 ? -1 : 0;
}

int slipway_socket_in(const struct slipway_namespaces *namespaces) {
    int descriptor = -1;
    if (slipway_inside(namespaces->owner, namespaces->network, CLONE_NEWNET, make_socket, &descriptor) != 0) return -1;
    return descriptor;
}
