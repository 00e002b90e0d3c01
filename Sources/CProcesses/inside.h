#ifndef SLIPWAY_INSIDE_H
#define SLIPWAY_INSIDE_H

// Runs `work` in two of a sandbox's namespaces, each by its descriptor, or -1 for the caller's own: the user namespace that owns
// the other one, and that, of the kind that setns(2) names. `work` returns 0, or -1 with errno, and so does this. It shares the
// caller's memory and descriptors: what it opens is the caller's.
int slipway_inside(int owner, int other, int kind, int (*work)(void *), void *argument);

#endif
