/* Sums by which the frequent texts of a column of many can be told; as states/frequent.py has them. */
#ifndef FREQUENT_H
#define FREQUENT_H

#include "clones.h"

enum { BUCKETS = 128, WIDTH = 64, WORDS = 6, BITS = 336 };
/* Texts wait in a bucket as binary numbers, one a bit of the description, plane k holding the digits of 2^k:
   that takes a few operations on words a text, instead of one on every counter. */
enum { PLANES = 8, MOST_WAITING = (1 << PLANES) - 1 };

typedef struct {
    u64 totals[BUCKETS];
    u64 planes[BUCKETS][PLANES][WORDS];
    u32 waiting[BUCKETS];
    u32 since[BUCKETS]; /* how many texts are in the counters of 32 bits */
    u32 counters[BUCKETS][BITS];
    u64 *spilled; /* as `counters`; NULL until one of them is full */
} Frequent;

/* What tells a text apart: states/frequent.py's `described_by`. SPARE bytes stand behind it. */
static inline void describe(u64 *words, u64 hash, const u8 *p, u64 n) {
    words[0] = hash;
    for (u64 k = 0; k < 4; k++) words[1 + k] = n > 8 * k ? load8(p + 8 * k) & low_bytes(n - 8 * k) : 0;
    if (n > 32) {
        words[3] = (words[3] & 0xFFFFFFFFull) | (u64)load4(p + n - 12) << 32;
        words[4] = load8(p + n - 8);
    }
    words[5] = n < 65535 ? n : 65535;
}

/* Move counters of 32 bits to those of 64; 0 where there is no memory. */
static int spill(Frequent *f) {
    if (!f->spilled) f->spilled = calloc((size_t)BUCKETS * BITS, sizeof *f->spilled);
    if (!f->spilled) return 0;
    for (int b = 0; b < BUCKETS; b++)
        for (int j = 0; j < BITS; j++) f->spilled[b * BITS + j] += f->counters[b][j];
    memset(f->counters, 0, sizeof f->counters);
    memset(f->since, 0, sizeof f->since);
    return 1;
}

CLONES static void count_bits(u32 *counters, const u64 *words, u32 times) {
    for (int j = 0; j < BITS; j++) counters[j] += (u32)(words[j / 64] >> (j % 64) & 1) * times;
}

/* A bucket's waiting texts into its counters. */
CLONES static int clear_bucket(Frequent *f, u64 bucket) {
    u32 *counters = f->counters[bucket];
    if (f->since[bucket] > UINT32_MAX - MOST_WAITING && !spill(f)) return 0;
    f->since[bucket] += f->waiting[bucket];
    f->waiting[bucket] = 0;
    for (int w = 0; w < WORDS; w++) {
        u64 plane[PLANES];
        for (int k = 0; k < PLANES; k++) plane[k] = f->planes[bucket][k][w];
        int end = w < WORDS - 1 ? 64 : BITS % 64;
        for (int b = 0; b < end; b++) {
            u32 count = 0;
            for (int k = 0; k < PLANES; k++) count |= (u32)(plane[k] >> b & 1) << k;
            counters[64 * w + b] += count;
        }
    }
    memset(f->planes[bucket], 0, sizeof f->planes[bucket]);
    return 1;
}

/* Let a text wait, with weight 2^k. */
static inline void wait_with(u64 (*planes)[WORDS], const u64 *words, int k) {
    u64 carry[WORDS], any = 0;
    for (int w = 0; w < WORDS; w++) {
        carry[w] = planes[k][w] & words[w];
        planes[k][w] ^= words[w];
        any |= carry[w];
    }
    while (any) {
        any = 0;
        k++;
        for (int w = 0; w < WORDS; w++) {
            u64 both = planes[k][w] & carry[w];
            planes[k][w] ^= carry[w];
            carry[w] = both;
            any |= both;
        }
    }
}

/* So many texts at once, more than may wait. */
static int add_many(Frequent *f, u64 bucket, const u64 *words, u64 times) {
    while (times) {
        u64 most = UINT32_MAX - (u64)f->since[bucket], part = times < most ? times : most;
        if (!part && !spill(f)) return 0;
        count_bits(f->counters[bucket], words, (u32)part);
        f->since[bucket] += (u32)part;
        times -= part;
    }
    return 1;
}

/* A text that came so often; 0 where there is no memory. */
static int add_frequent(Frequent *f, u64 hash, const u8 *p, u64 n, u64 times) {
    u64 words[WORDS];
    describe(words, hash, p, n);
    for (u64 row = 0; row < BUCKETS / WIDTH; row++) {
        u64 bucket = row * WIDTH + (hash >> (6 * row)) % WIDTH;
        f->totals[bucket] += times;
        if (UNLIKELY(times > MOST_WAITING)) {
            if (!add_many(f, bucket, words, times)) return 0;
            continue;
        }
        if (UNLIKELY(f->waiting[bucket] + times > MOST_WAITING) && !clear_bucket(f, bucket)) return 0;
        f->waiting[bucket] += (u32)times;
        for (u64 rest = times; rest; rest &= rest - 1)
            wait_with(f->planes[bucket], words, __builtin_ctzll(rest));
    }
    return 1;
}

/* The sums of all texts, added to arrays of 64 bits; 0 where there is no memory. */
static int hand_over(Frequent *f, u64 *totals, u64 *counters) {
    for (u64 b = 0; b < BUCKETS; b++) {
        if (!clear_bucket(f, b)) return 0;
        totals[b] += f->totals[b];
        for (int j = 0; j < BITS; j++)
            counters[b * BITS + (u64)j] += f->counters[b][j] + (f->spilled ? f->spilled[b * BITS + (u64)j] : 0);
    }
    return 1;
}

static void free_frequent(Frequent *f) {
    if (f) free(f->spilled);
    free(f);
}

#endif
