/* Cells of one column into its tally; their numbers come out in order. */
#ifndef CELLS_H
#define CELLS_H

#include "tally.h"

/* A column whose memories miss more than one cell in four goes without for so many tiles. */
enum { REST = 64 };
/* Rows that are read column by column at once, so that a tile stays in the processor's cache. */
enum { TILE = 1024 };

typedef struct {
    const u8 *text;
    u32 starts[TILE], lengths[TILE];
    i64 rows;
    const u8 *missing; /* NULL: cells of length 0 are missing */
} Tile;

static void settle_one(Tally *t, Memory *m) {
    if (!m->count) return;
    t->types[m->is.type] += m->count;
    add_whole(t, (i128)m->is.whole * (i64)m->count);
    u64 text[2 + SPARE / 8] = {m->a, m->b};
    count_category(t, m->hash, (const u8 *)text, m->used - 1, category_of(m->is), m->count);
    m->count = 0;
}

/* Count what the memories still hold. */
static void settle(Tally *t, u64 memories) {
    for (u64 i = 0; t->memories && i < memories; i++) settle_one(t, t->memories + i);
}

static inline int is_missing(const Tile *tile, i64 row) {
    return tile->missing ? tile->missing[row] : tile->lengths[row] == 0;
}

static i64 read_afresh(Tally *t, const Tile *tile, double *values) {
    i64 out = 0, missing = 0;
    u64 types[4] = {0, 0, 0, 0};
    i128 whole = 0;
    for (i64 i = 0; i < tile->rows; i++) {
        if (is_missing(tile, i)) {
            missing++;
            continue;
        }
        const u8 *p = tile->text + tile->starts[i];
        u64 n = tile->lengths[i];
        Number is = read_number(p, n);
        u64 hash = hash_text(p, n);
        see(t, hash);
        if (UNLIKELY(!t->overflowed) || is.type >= BOOLEAN) count_category(t, hash, p, n, category_of(is), 1);
        types[is.type]++;
        whole += is.whole;
        values[out] = is.value;
        out += is.numbered;
    }
    t->missing += (u64)missing;
    for (int k = 0; k < 4; k++) t->types[k] += types[k];
    add_whole(t, whole);
    return out;
}

static i64 read_by_memory(Tally *t, const Tile *tile, u64 memories, double *values) {
    i64 out = 0, missing = 0, misses = 0;
    int shift = 64 - __builtin_ctzll(memories);
    for (i64 i = 0; i < tile->rows; i++) {
        if (is_missing(tile, i)) {
            missing++;
            continue;
        }
        const u8 *p = tile->text + tile->starts[i];
        u64 n = tile->lengths[i];
        Memory afresh, *m = &afresh;
        if (LIKELY(n <= 16)) {
            u64 a = load8(p) & low_bytes(n), b = n > 8 ? load8(p + 8) & low_bytes(n - 8) : 0;
            m = t->memories + (((a ^ rotl(b, 29) ^ n) * P1) >> shift);
            if (UNLIKELY(m->a != a || m->b != b || m->used != n + 1)) {
                misses++;
                settle_one(t, m);
                *m = (Memory){a, b, 0, hash_text(p, n), read_number(p, n), n + 1};
                see(t, m->hash);
            }
            m->count++;
        } else {
            misses++;
            afresh.hash = hash_text(p, n);
            afresh.is = read_number(p, n);
            see(t, afresh.hash);
            count_category(t, afresh.hash, p, n, category_of(afresh.is), 1);
            t->types[afresh.is.type]++;
            add_whole(t, afresh.is.whole);
        }
        values[out] = m->is.value;
        out += m->is.numbered;
    }
    t->missing += (u64)missing;
    if (misses * 4 > tile->rows - missing) t->resting = REST;
    return out;
}

/* A tile of one column: how many numbers went to `values`, which has room for one a row. */
static i64 read_column(Tally *t, const Tile *tile, u64 memories, double *values) {
    if (!t->resting && !t->memories) t->memories = calloc(memories, sizeof *t->memories);
    if (!t->resting && t->memories) return read_by_memory(t, tile, memories, values);
    t->resting -= t->resting > 0;
    return read_afresh(t, tile, values);
}

#endif
