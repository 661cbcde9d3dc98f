/* What depends on the order of a column's numbers: moments in Spark's order, and the KLL sketch. */
#ifndef STREAMS_H
#define STREAMS_H

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

typedef struct {
    double count, whole_numbers, sum, mean, deviations, min, max;
} Moments;

/* The moments are at the start: handover.py reads them there. */
typedef struct {
    Moments moments;
    i64 levels, kept, capacity, failed;
    Level level[MOST_LEVELS];
} Stream;

/* 1.0 for a whole number within 64 bits. From 2**52 on every double is whole. */
static inline double is_whole(double x) {
    double size = __builtin_fabs(x);
    return size < 0x1p52 ? (double)(i64)x == x : size <= 0x1p63;
}

static inline void step(Moments *m, double x) {
    double from_mean = x - m->mean;
    m->count += 1.0;
    m->whole_numbers += is_whole(x);
    double part = from_mean / m->count;
    m->mean += part;
    m->deviations += from_mean * (from_mean - part);
    m->sum += x;
    m->min = x < m->min ? x : m->min;
    m->max = x > m->max ? x : m->max;
}

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

/* Four columns side by side, so that their divisions overlap. */
static void feed_four(Stream **s, const double **v, const i64 *n) {
    i64 least = n[0];
    for (int j = 1; j < 4; j++) least = n[j] < least ? n[j] : least;
    Moments m[4];
    for (int j = 0; j < 4; j++) m[j] = s[j]->moments;
    for (i64 i = 0; i < least; i++)
        for (int j = 0; j < 4; j++) step(m + j, v[j][i]);
    for (int j = 0; j < 4; j++) {
        for (i64 i = least; i < n[j]; i++) step(m + j, v[j][i]);
        s[j]->moments = m[j];
    }
}

/* The next numbers of some columns: values[j] and counts[j] belong to column chosen[j]. Answers 0 or NO_MEMORY. */
EXPORT i64 de_feed(Stream *streams, const i64 *chosen, i64 columns, const double **values, const i64 *counts) {
    u64 *scratch = malloc(8 * (size_t)(MOST_KEPT + 1));
    if (!scratch) return NO_MEMORY;
    i64 done = 0, sound = 1;
    for (; done + 4 <= columns; done += 4) {
        Stream *four[4];
        for (int j = 0; j < 4; j++) four[j] = streams + chosen[done + j];
        feed_four(four, values + done, counts + done);
    }
    for (; done < columns; done++) {
        Moments m = streams[chosen[done]].moments;
        for (i64 i = 0; i < counts[done]; i++) step(&m, values[done][i]);
        streams[chosen[done]].moments = m;
    }
    for (i64 j = 0; sound && j < columns; j++)
        sound = feed_sketch(streams + chosen[j], values[j], counts[j], scratch);
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
