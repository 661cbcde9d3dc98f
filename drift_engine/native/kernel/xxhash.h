/* xxHash64 with seed 42, as Spark has it. Source: the xxHash specification (Yann Collet). */
#ifndef XXHASH_H
#define XXHASH_H

#include "base.h"

#define SEED 42ull
#define P1 0x9E3779B185EBCA87ull
#define P2 0xC2B2AE3D27D4EB4Full
#define P3 0x165667B19E3779F9ull
#define P4 0x85EBCA77C2B2AE63ull
#define P5 0x27D4EB2F165667C5ull

static inline u64 hash_lane(u64 lane, u64 word) { return rotl(lane + word * P2, 31) * P1; }

static inline u64 hash_word(u64 h, u64 word) { return rotl(h ^ (rotl(word * P2, 31) * P1), 27) * P1 + P4; }

static inline u64 hash_end(u64 h) {
    h = (h ^ (h >> 33)) * P2;
    h = (h ^ (h >> 29)) * P3;
    return h ^ (h >> 32);
}

/* The state behind the last whole stripe of 32 bytes. */
static u64 hash_stripes(const u8 *p, u64 n) {
    u64 lane[4] = {SEED + P1 + P2, SEED + P2, SEED, SEED - P1};
    for (const u8 *end = p + (n & ~31ull); p < end; p += 32)
        for (int i = 0; i < 4; i++) lane[i] = hash_lane(lane[i], load8(p + 8 * i));
    u64 h = rotl(lane[0], 1) + rotl(lane[1], 7) + rotl(lane[2], 12) + rotl(lane[3], 18);
    for (int i = 0; i < 4; i++) h = (h ^ (rotl(lane[i] * P2, 31) * P1)) * P1 + P4;
    return h;
}

static inline u64 hash_byte(u64 h, u8 byte) { return rotl(h ^ (byte * P5), 11) * P1; }

static inline u64 hash_text(const u8 *p, u64 n) {
    u64 h = UNLIKELY(n >= 32) ? hash_stripes(p, n) : SEED + P5;
    p += n & ~31ull;
    h += n;
    unsigned rest = n & 31;
    for (; rest >= 8; rest -= 8, p += 8) h = hash_word(h, load8(p));
    if (rest & 4) {
        h = rotl(h ^ (load4(p) * P1), 23) * P2 + P3;
        p += 4;
    }
    /* All three steps, of which those that count are chosen: a branch here would be a coin's toss. */
    for (unsigned i = 0; i < 3; i++) {
        u64 next = hash_byte(h, p[i]);
        h = (rest & 3) > i ? next : h;
    }
    return hash_end(h);
}

/* The hash of a bigint, or of a double by its bits. */
static inline u64 hash_number(u64 word) { return hash_end(hash_word(SEED + P5 + 8, word)); }

#endif
