/* Hashes of many numbers at once into a tally's registers. */
#ifndef HASHES_H
#define HASHES_H

#include "clones.h"
#include "tally.h"

/* Numbers that are hashed at once; they stay in the processor's first cache. */
enum { PART = 2048 };

CLONES static void hash_numbers(const u64 *words, u64 *hashes, i64 n) {
    for (i64 i = 0; i < n; i++) hashes[i] = hash_number(words[i]);
}

CLONES static u8 least_register(const Tally *t) {
    u8 least = 255;
    for (int r = 0; r < REGISTERS; r++) least = t->registers[r] < least ? t->registers[r] : least;
    return least;
}

CLONES static u64 any_below(const u64 *hashes, u64 limit) {
    u64 found = 0;
    for (int i = 0; i < 16; i++) found |= (hashes[i] << REGISTER_BITS) < limit;
    return found;
}

/* As `see` of each. A hash with fewer zeros than every register has seen changes nothing: most, soon. */
static void see_all(Tally *t, const u64 *hashes, i64 n) {
    u8 least = least_register(t);
    i64 i = 0;
    if (least > 1)
        for (u64 limit = 1ull << (64 - least); i + 16 <= n; i += 16)
            if (UNLIKELY(any_below(hashes + i, limit)))
                for (int k = 0; k < 16; k++) see(t, hashes[i + k]);
    for (; i < n; i++) see(t, hashes[i]);
}

#endif
