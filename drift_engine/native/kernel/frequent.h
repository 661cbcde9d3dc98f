/* Sums by which the frequent texts of a column of many can be told; as states/frequent.py has them. */
#ifndef FREQUENT_H
#define FREQUENT_H

#include "clones.h"

enum { BUCKETS = 128, WIDTH = 64, WORDS = 6, BITS = 336 };
/* Texts wait in a bucket as binary numbers, one a bit of the description, plane k holding the digits of 2^k:
   that takes a few operations on words a text, instead of one on every counter. */
enum { PLANES = 10, MOST_WAITING = (1 << PLANES) - 1 };
/* A description as it waits: WORDS and zeros, so that it is some whole registers. */
enum { STRIDE = 8, WORDS_ABREAST = REGISTER_BYTES / 8 };
/* Texts that are described before they are taken into the planes, eight of a bucket at once. */
enum { QUEUED = 2048, AT_ONCE = 8 };

typedef u64 Part __attribute__((vector_size(REGISTER_BYTES)));

typedef struct {
    u64 totals[BUCKETS];
    u64 planes[BUCKETS][PLANES][STRIDE];
    u32 waiting[BUCKETS];
    u32 since[BUCKETS]; /* how many texts are in the counters of 32 bits */
    u32 counters[BUCKETS][BITS];
    u64 *spilled; /* as `counters`; NULL until one of them is full */
    int failed;   /* there was no memory for `spilled` */
} Frequent;

/* A worker's texts that are described, of one column at a time; one more description is zeros, and stays so. */
typedef struct {
    Frequent *of;
    int count;
    u64 words[QUEUED + 1][STRIDE];
} Queue;

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
CLONES static void clear_bucket(Frequent *f, u64 bucket) {
    u32 *counters = f->counters[bucket];
    /* Without memory the sums are wrong from here on; the planes must be emptied all the same. */
    if (f->since[bucket] > UINT32_MAX - MOST_WAITING && !spill(f)) f->failed = 1;
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
}

static inline __attribute__((always_inline)) Part load_part(const u64 *words) {
    Part part;
    memcpy(&part, words, sizeof part);
    return part;
}

static inline __attribute__((always_inline)) void store_part(u64 *words, Part part) { memcpy(words, &part, sizeof part); }

/* Binary numbers of a digit, three to one: the digit that stays, and in *carry the next. */
static inline __attribute__((always_inline)) Part add_three(Part a, Part b, Part c, Part *carry) {
    Part differ = a ^ b;
    *carry = (a & b) | (differ & c);
    return differ ^ c;
}

static inline __attribute__((always_inline)) int any_bit(Part part) {
    u64 any = 0;
    for (int w = 0; w < WORDS_ABREAST; w++) any |= part[w];
    return any != 0;
}

/* Add digits of 2^k to the planes, which have room for them. */
static inline __attribute__((always_inline)) void carry_on(u64 (*planes)[STRIDE], Part carry, int k, int at) {
    for (; any_bit(carry); k++) {
        Part digits = load_part(planes[k] + at);
        store_part(planes[k] + at, digits ^ carry);
        carry &= digits;
    }
}

/* Eight descriptions into the planes of a bucket: sums of three at a time, as Harley and Seal count bits. */
static inline __attribute__((always_inline)) void wait_together(u64 (*planes)[STRIDE], const u64 *const *d) {
    for (int at = 0; at < STRIDE; at += WORDS_ABREAST) {
        Part twos[4], fours[2], eights;
        Part one = load_part(planes[0] + at), two = load_part(planes[1] + at), four = load_part(planes[2] + at);
        for (int i = 0; i < 4; i++)
            one = add_three(one, load_part(d[2 * i] + at), load_part(d[2 * i + 1] + at), twos + i);
        for (int i = 0; i < 2; i++) two = add_three(two, twos[2 * i], twos[2 * i + 1], fours + i);
        four = add_three(four, fours[0], fours[1], &eights);
        store_part(planes[0] + at, one);
        store_part(planes[1] + at, two);
        store_part(planes[2] + at, four);
        carry_on(planes, eights, 3, at);
    }
}

/* The queue's texts into the buckets of one row. */
CLONES static void empty_into(Frequent *f, const Queue *q, u64 row) {
    u32 order[QUEUED], ends[WIDTH] = {0};
    for (int i = 0; i < q->count; i++) ends[(q->words[i][0] >> (6 * row)) % WIDTH]++;
    for (u32 b = 0, sum = 0; b < WIDTH; b++) {
        u32 count = ends[b];
        ends[b] = sum;
        sum += count;
    }
    for (int i = 0; i < q->count; i++) order[ends[(q->words[i][0] >> (6 * row)) % WIDTH]++] = (u32)i;
    for (u32 b = 0, at = 0; b < WIDTH; b++) {
        u64 bucket = row * WIDTH + b;
        f->totals[bucket] += ends[b] - at;
        while (at < ends[b]) {
            const u64 *described[AT_ONCE];
            u32 count = ends[b] - at < AT_ONCE ? ends[b] - at : AT_ONCE;
            for (u32 k = 0; k < AT_ONCE; k++) described[k] = q->words[k < count ? order[at + k] : QUEUED];
            if (UNLIKELY(f->waiting[bucket] + count > MOST_WAITING)) clear_bucket(f, bucket);
            f->waiting[bucket] += count;
            wait_together(f->planes[bucket], described);
            at += count;
        }
    }
}

/* The queue's texts into the sums of the column whose they are. */
static void empty_queue(Queue *q) {
    for (u64 row = 0; q->count && row < BUCKETS / WIDTH; row++) empty_into(q->of, q, row);
    q->count = 0;
}

/* So many texts at once, more than may wait. */
static void add_many(Frequent *f, u64 bucket, const u64 *words, u64 times) {
    while (times) {
        u64 most = UINT32_MAX - (u64)f->since[bucket], part = times < most ? times : most;
        if (!part && !spill(f)) {
            f->failed = 1;
            return;
        }
        count_bits(f->counters[bucket], words, (u32)part);
        f->since[bucket] += (u32)part;
        times -= part;
    }
}

/* A text that came so often, at once. */
static void add_often(Frequent *f, const u64 *words, u64 times) {
    for (u64 row = 0; row < BUCKETS / WIDTH; row++) {
        u64 bucket = row * WIDTH + (words[0] >> (6 * row)) % WIDTH;
        f->totals[bucket] += times;
        if (times > MOST_WAITING) {
            add_many(f, bucket, words, times);
            continue;
        }
        if (f->waiting[bucket] + times > MOST_WAITING) clear_bucket(f, bucket);
        f->waiting[bucket] += (u32)times;
        for (u64 rest = times; rest; rest &= rest - 1)
            for (int at = 0; at < STRIDE; at += WORDS_ABREAST)
                carry_on(f->planes[bucket], load_part(words + at), __builtin_ctzll(rest), at);
    }
}

/* A text that came so often: into the queue, which must be emptied before the sums are looked at. */
static void add_frequent(Queue *q, Frequent *f, u64 hash, const u8 *p, u64 n, u64 times) {
    u64 words[STRIDE] = {0};
    if (times > 1) {
        describe(words, hash, p, n);
        add_often(f, words, times);
        return;
    }
    if (UNLIKELY(q->of != f || q->count == QUEUED)) {
        empty_queue(q);
        q->of = f;
    }
    describe(q->words[q->count++], hash, p, n);
}

/* The sums of all texts, added to arrays of 64 bits; 0 where there was no memory. */
static int hand_over(Frequent *f, u64 *totals, u64 *counters) {
    for (u64 b = 0; b < BUCKETS; b++) {
        clear_bucket(f, b);
        totals[b] += f->totals[b];
        for (int j = 0; j < BITS; j++)
            counters[b * BITS + (u64)j] += f->counters[b][j] + (f->spilled ? f->spilled[b * BITS + (u64)j] : 0);
    }
    return !f->failed;
}

static void free_frequent(Frequent *f) {
    if (f) free(f->spilled);
    free(f);
}

#endif
