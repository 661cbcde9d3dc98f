/* A block of complete rows: where its cells end, and the cells into a worker's tallies. */
#ifndef SCAN_H
#define SCAN_H

#include "cells.h"
#include "rows.h"

/* A worker: a tally a column, and room for the places of a block's cells. */
typedef struct {
    i64 columns;
    u64 memories;
    Tally *tallies;
    u32 *stops;
    i64 room, cells, quotes;
    Tile tile;
    Queue queue;
} Scanner;

EXPORT void de_free_scanner(Scanner *s) {
    if (!s) return;
    for (i64 c = 0; s->tallies && c < s->columns; c++) free_tally(s->tallies + c);
    free(s->tallies);
    free(s->stops);
    free(s);
}

/* A worker for so many columns; `memories` is a power of two above 1. NULL where there is no memory. */
EXPORT Scanner *de_scanner(i64 columns, u64 memories) {
    Scanner *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->columns = columns;
    s->memories = memories;
    s->tallies = calloc((size_t)columns + 1, sizeof *s->tallies);
    if (!s->tallies) {
        de_free_scanner(s);
        return NULL;
    }
    for (i64 c = 0; c < columns; c++) s->tallies[c].queue = &s->queue;
    return s;
}

static int failed(const Scanner *s) {
    for (i64 c = 0; c < s->columns; c++)
        if (s->tallies[c].failed) return 1;
    return 0;
}

/* A column's tally, with everything counted. NULL where there was no memory for it. */
EXPORT const Tally *de_tally(Scanner *s, i64 column) {
    settle(s->tallies + column, s->memories);
    return s->tallies[column].failed ? NULL : s->tallies + column;
}

/* The sums of a column's frequent texts, added to arrays (`hand_over`); 0 where there are none, or NO_MEMORY. */
EXPORT i64 de_frequent(Scanner *s, i64 column, u64 *totals, u64 *counters) {
    Frequent *f = s->tallies[column].frequent;
    if (!f) return 0;
    empty_queue(&s->queue);
    return hand_over(f, totals, counters) ? 1 : NO_MEMORY;
}

static int make_room(Scanner *s) {
    if (s->cells + 72 <= s->room) return 1;
    i64 room = 2 * s->room + 65536;
    u32 *grown = realloc(s->stops, 4 * (size_t)room);
    if (!grown) return 0;
    s->stops = grown;
    s->room = room;
    return 1;
}

/* Eight at a time, since a loop that ends with the bits is hard to foresee; the rest is overwritten. */
static inline void write_stops(Scanner *s, u64 bits, i64 at) {
    u32 *o = s->stops + s->cells;
    int count = __builtin_popcountll(bits);
    for (int done = 0; done < count; done += 8)
        for (int k = 0; k < 8; k++) {
            o[done + k] = (u32)at + (u32)__builtin_ctzll(bits | (1ull << 63));
            bits &= bits - 1;
        }
    s->cells += count;
}

static int is_table(const Scanner *s, const u8 *text, i64 rows) {
    if (s->cells != rows * s->columns) return 0;
    for (i64 r = 1; r <= rows; r++)
        if (text[s->stops[r * s->columns - 1]] != '\n') return 0;
    if (s->columns > 1) return 1;
    /* In a table of one column an empty cell is a blank line. */
    for (i64 r = 0, start = 0; r < rows; start = s->stops[r++] + 1)
        if (s->stops[r] == start || (s->stops[r] == start + 1 && text[start] == '\r')) return 0;
    return 1;
}

/* How many rows a text has that de_rows_end found complete; touches no tally. IRREGULAR where it is not UTF-8
   or a row has another number of cells. `quote` is -1 for none; *newlines counts those in cells too. */
EXPORT i64 de_tokens(Scanner *s, const u8 *text, i64 n, u8 separator, int quote, i64 *newlines) {
    i64 rows = 0;
    u64 inside = 0;
    int high = 0;
    s->cells = s->quotes = *newlines = 0;
    for (i64 at = 0; at < n; at += 64) {
        u64 valid = n - at >= 64 ? ~0ull : (1ull << (n - at)) - 1;
        u64 ends = equal64(text + at, '\n') & valid, separators = equal64(text + at, separator) & valid;
        u64 quotes = quote >= 0 ? equal64(text + at, (u8)quote) & valid : 0;
        high |= any_high(text + at);
        *newlines += __builtin_popcountll(ends);
        if (UNLIKELY(quotes | inside)) {
            u64 within = parity_up_to(quotes) ^ inside;
            inside = 0 - (within >> 63);
            ends &= ~within;
            separators &= ~within;
            s->quotes += __builtin_popcountll(quotes);
        }
        rows += __builtin_popcountll(ends);
        if (UNLIKELY(!make_room(s))) return NO_MEMORY;
        write_stops(s, ends | separators, at);
    }
    if (!is_table(s, text, rows) || (high && !is_utf8(text, n))) return IRREGULAR;
    return rows;
}

/* Take the quotes off a cell, and of doubled ones one; answers the new length. */
static u32 unquote(u8 *cell, u32 length, u8 quote) {
    u8 *out = cell + 1;
    for (u8 *p = cell + 1, *end = cell + length - 1; p < end; p++) {
        p += *p == quote;
        *out++ = *p;
    }
    return (u32)(out - (cell + 1));
}

static void find_cells(Scanner *s, u8 *text, i64 row, i64 column) {
    Tile *tile = &s->tile;
    const u32 *stop = s->stops + row * s->columns + column;
    for (i64 i = 0; i < tile->rows; i++, stop += s->columns) {
        u32 start = row + i + column ? stop[-1] + 1 : 0;
        tile->starts[i] = start;
        tile->lengths[i] = *stop - start;
    }
    if (column == s->columns - 1)
        for (i64 i = 0; i < tile->rows; i++)
            tile->lengths[i] -= tile->lengths[i] && text[tile->starts[i] + tile->lengths[i] - 1] == '\r';
}

/* The rows that de_tokens has just found into the tallies; unescapes cells in `text`. Numbers of column c go to
   values + c * rows, counts[c] of them. Answers rows or NO_MEMORY. */
EXPORT i64 de_scan(Scanner *s, u8 *text, i64 rows, int quote, double *values, i64 *counts) {
    Tile *tile = &s->tile;
    tile->text = text;
    tile->missing = NULL;
    memset(counts, 0, 8 * (size_t)s->columns);
    for (i64 row = 0; row < rows; row += TILE) {
        tile->rows = rows - row < TILE ? rows - row : TILE;
        for (i64 c = 0; c < s->columns; c++) {
            find_cells(s, text, row, c);
            for (i64 i = 0; s->quotes && i < tile->rows; i++)
                if (tile->lengths[i] && text[tile->starts[i]] == quote) {
                    tile->lengths[i] = unquote(text + tile->starts[i], tile->lengths[i], (u8)quote);
                    tile->starts[i]++;
                }
            counts[c] += read_column(s->tallies + c, tile, s->memories, values + c * rows + counts[c]);
        }
    }
    return failed(s) ? NO_MEMORY : rows;
}

#endif
