/* What depends on the order of a column's numbers: moments in Spark's order, and the KLL sketch. */
#ifndef STREAMS_H
#define STREAMS_H

#include "moments.h"
#include "sort.h"

enum { MOST_LEVELS = 64 };

/* The room of each level of a sketch (states/schedule.py), given by the caller. */
static i64 CAPACITY[MOST_LEVELS];
/* No level ever holds more than all of them have room for, and one. */
static i64 MOST_KEPT;

typedef struct {
    u64 *items;
    i64 size, room, compactions;
} Level;

/* The moments are at the start: handover.py reads them there. */
typedef struct {
    Moments moments;
    i64 levels, kept, capacity, failed;
    Level level[MOST_LEVELS];
} Stream;

static void grow(Stream *s) { s->capacity += CAPACITY[s->levels++]; }

static u64 *space_for(Level *l, i64 more) {
    if (l->size + more > l->room) {
        i64 room = (l->size + more) * 3 / 2 + 64;
        u64 *grown = realloc(l->items, 8 * (size_t)room);
        if (!grown) return NULL;
        l->items = grown;
        l->room = room;
    }
    return l->items + l->size;
}

/* Compact the lowest full level, if there is one: sorted, every second item moves one level up. */
static int condense(Stream *s, u64 *scratch) {
    for (i64 h = 0; h < s->levels; h++) {
        Level *l = s->level + h;
        if (l->size < CAPACITY[h]) continue;
        if (h + 1 == s->levels) grow(s);
        i64 n = l->size & ~1ll, half = n / 2;
        u64 *up = space_for(l + 1, half), last = l->items[l->size - 1];
        if (!up) return 0;
        l->compactions++;
        i64 offset = l->compactions / 2 % 2;
        u64 *in_order = sorted(l->items, scratch, n);
        for (i64 i = 0; i < half; i++) up[i] = in_order[2 * i + offset];
        l[1].size += half;
        l->items[0] = last;
        l->size -= n;
        s->kept -= half;
        return 1;
    }
    return 1;
}

static int feed_sketch(Stream *s, const double *values, i64 n, u64 *scratch) {
    while (n > 0) {
        i64 portion = s->capacity > s->kept ? s->capacity - s->kept + 1 : 1;
        if (portion > n) portion = n;
        u64 *to = space_for(s->level, portion);
        if (!to) return 0;
        for (i64 i = 0; i < portion; i++) to[i] = key_of(values[i]);
        s->level[0].size += portion;
        s->kept += portion;
        values += portion;
        n -= portion;
        if (s->kept > s->capacity && !condense(s, scratch)) return 0;
    }
    return 1;
}

EXPORT void de_free_streams(Stream *streams, i64 columns) {
    for (i64 c = 0; streams && c < columns; c++)
        for (int h = 0; h < MOST_LEVELS; h++) free(streams[c].level[h].items);
    free(streams);
}

/* A stream for each of so many columns. NULL where there is no memory. */
EXPORT Stream *de_streams(i64 columns) {
    Stream *streams = calloc((size_t)columns + 1, sizeof *streams);
    for (i64 c = 0; streams && c < columns; c++) {
        streams[c].moments.min = __builtin_inf();
        streams[c].moments.max = -__builtin_inf();
        grow(streams + c);
    }
    return streams;
}

/* The next numbers of some columns: values[j] and counts[j] belong to column chosen_columns[j]. Answers 0 or NO_MEMORY. */
EXPORT i64 de_feed(Stream *streams, const i64 *chosen_columns, i64 columns, const double *const *values,
                   const i64 *counts) {
    u64 *scratch = malloc(8 * (size_t)(MOST_KEPT + 1));
    if (!scratch) return NO_MEMORY;
    i64 sound = 1;
    for (i64 done = 0; done < columns; done += ABREAST) {
        Moments *moments[ABREAST];
        int lanes = columns - done < ABREAST ? (int)(columns - done) : ABREAST;
        for (int j = 0; j < lanes; j++) moments[j] = &streams[chosen_columns[done + j]].moments;
        add_abreast(moments, values + done, counts + done, lanes);
    }
    for (i64 j = 0; sound && j < columns; j++)
        sound = feed_sketch(streams + chosen_columns[j], values[j], counts[j], scratch);
    free(scratch);
    return sound ? 0 : NO_MEMORY;
}

EXPORT const Moments *de_moments(const Stream *streams, i64 column) { return &streams[column].moments; }

EXPORT i64 de_levels(const Stream *streams, i64 column) { return streams[column].levels; }

EXPORT i64 de_level_size(const Stream *streams, i64 column, i64 height, i64 *compactions) {
    *compactions = streams[column].level[height].compactions;
    return streams[column].level[height].size;
}

EXPORT void de_level_items(const Stream *streams, i64 column, i64 height, double *items) {
    const Level *l = streams[column].level + height;
    for (i64 i = 0; i < l->size; i++) items[i] = of_key(l->items[i]);
}

#endif
