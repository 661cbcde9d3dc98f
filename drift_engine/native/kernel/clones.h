/* Functions of which the compiler makes several, for wider and narrower registers; the machine takes its own.

   They give the same: no sum is taken in another order, and nothing is contracted (-ffp-contract=off). */
#ifndef CLONES_H
#define CLONES_H

#include "base.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && __GNUC__ >= 12 && !defined(__clang__)
/* Bytes of the widest register that most of the clones have: a compiler keeps wider ones in memory. */
enum { REGISTER_BYTES = 32 };
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
enum { REGISTER_BYTES = 16 };
#define CLONES
#endif

#endif
