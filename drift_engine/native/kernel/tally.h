/* What a worker leaves of a column that does not depend on the order of its rows. */
#ifndef TALLY_H
#define TALLY_H

#include "frequent.h"
#include "number.h"
#include "xxhash.h"

/* states/categories.py: past these a column's values are not counted any more. */
enum { MOST_VALUES = 512, MOST_BYTES = 1 << 22 };
/* states/distinct.py: registers, and the bits of a hash that choose one. */
enum { REGISTER_BITS = 9, REGISTERS = 1 << REGISTER_BITS };
enum { FIRST_SLOTS = 64 };

/* How a category's bytes are to be read; a numeral is a text that is a number. */
enum { NO_CATEGORY, TEXT_CATEGORY, INTEGER_CATEGORY, FLOAT_CATEGORY, NUMERAL_CATEGORY };

typedef struct {
    u64 hash, count;
    u32 at, length, kind, unused;
} Category;

/* A short cell that was seen lately: what it is, and how often it came since. */
typedef struct {
    u64 a, b, count, hash;
    Number is;
    u64 used; /* the cell's length and one; 0: no cell yet */
} Memory;

/* The layout is known to handover.py, up to `memories`. */
typedef struct {
    u64 missing, types[4];
    u64 whole_low;
    i64 whole_high; /* the exact sum of the Integrals, with its low half a 128-bit integer */
    u64 overflowed, distinct, slots, failed;
    u64 first_zero, first_zero_is_negative; /* of floats: row + 1 of the first zero; 0 for none */
    Category *categories;
    u8 *names;
    u8 registers[REGISTERS];
    u64 bytes, room;
    Memory *memories;
    u64 resting;
    Frequent *frequent; /* after an overflow, of the texts that are no numbers; NULL: there were none */
    Queue *queue;       /* the worker's, of those that are described but not yet in the sums */
} Tally;

static inline void see(Tally *t, u64 hash) {
    u8 run = (u8)(__builtin_clzll((hash << REGISTER_BITS) | (1ull << (REGISTER_BITS - 1))) + 1);
    u8 *seen = t->registers + (hash >> (64 - REGISTER_BITS));
    if (UNLIKELY(*seen < run)) *seen = run;
}

static inline u32 category_of(Number is) { return is.type < BOOLEAN ? NUMERAL_CATEGORY : TEXT_CATEGORY; }

/* A value of a column that has overflowed. */
static void count_frequent(Tally *t, u64 hash, const u8 *p, u64 n, u32 kind, u64 times) {
    if (kind != TEXT_CATEGORY) return;
    if (UNLIKELY(!t->frequent)) t->frequent = calloc(1, sizeof *t->frequent);
    if (LIKELY(t->frequent != NULL)) add_frequent(t->queue, t->frequent, hash, p, n, times);
    else t->failed = 1;
}

static void overflow(Tally *t) {
    for (u64 i = 0; i < t->slots; i++) {
        const Category *c = t->categories + i;
        if (c->kind) count_frequent(t, c->hash, t->names + c->at, c->length, c->kind, c->count);
    }
    free(t->categories);
    free(t->names);
    t->categories = NULL;
    t->names = NULL;
    t->distinct = t->slots = t->bytes = t->room = 0;
    t->overflowed = 1;
}

/* The slot of a hash: its own, or the empty one where it belongs. */
static Category *slot_of(Category *categories, u64 slots, u64 hash) {
    u64 at = hash & (slots - 1);
    while (categories[at].kind && categories[at].hash != hash) at = (at + 1) & (slots - 1);
    return categories + at;
}

static int grow_categories(Tally *t) {
    u64 slots = t->slots ? 2 * t->slots : FIRST_SLOTS;
    Category *grown = calloc(slots, sizeof *grown);
    if (!grown) return 0;
    for (u64 i = 0; i < t->slots; i++)
        if (t->categories[i].kind) *slot_of(grown, slots, t->categories[i].hash) = t->categories[i];
    free(t->categories);
    t->categories = grown;
    t->slots = slots;
    return 1;
}

static int grow_names(Tally *t, u64 more) {
    if (t->names && t->bytes + more + SPARE <= t->room) return 1;
    u64 room = 2 * (t->bytes + more) + 256;
    u8 *grown = realloc(t->names, room);
    if (!grown) return 0;
    t->names = grown;
    t->room = room;
    return 1;
}

/* A value that came so often; behind a text stand SPARE bytes. */
static void count_category(Tally *t, u64 hash, const u8 *p, u64 n, u32 kind, u64 times) {
    if (t->overflowed) {
        count_frequent(t, hash, p, n, kind, times);
        return;
    }
    Category *c = t->slots ? slot_of(t->categories, t->slots, hash) : NULL;
    if (UNLIKELY(!c || !c->kind)) {
        if (t->distinct == MOST_VALUES || t->bytes + n > MOST_BYTES) {
            overflow(t);
            count_frequent(t, hash, p, n, kind, times);
            return;
        }
        if ((2 * (t->distinct + 1) > t->slots && !grow_categories(t)) || !grow_names(t, n)) {
            t->failed = 1;
            return;
        }
        memcpy(t->names + t->bytes, p, n);
        c = slot_of(t->categories, t->slots, hash);
        *c = (Category){hash, 0, (u32)t->bytes, (u32)n, kind, 0};
        t->bytes += n;
        t->distinct++;
    }
    c->count += times;
}

static inline void add_whole(Tally *t, i128 more) {
    i128 sum = (i128)(((u128)(u64)t->whole_high << 64) | t->whole_low) + more;
    t->whole_low = (u64)sum;
    t->whole_high = (i64)(sum >> 64);
}

static void free_tally(Tally *t) {
    free(t->categories);
    free(t->names);
    free(t->memories);
    free_frequent(t->frequent);
}

#endif
