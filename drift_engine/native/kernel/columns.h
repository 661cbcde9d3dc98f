/* Columns that come as such: text as Arrow lays it out, and typed numbers. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "scan.h"

/* Cell i is data[offsets[i]] up to data[offsets[i + 1]], present unless missing[i]. Answers how many numbers went
   to `values`, which has room for one a row; NO_MEMORY, or IRREGULAR for a cell of 4 GiB. */
EXPORT i64 de_text_column(Scanner *s, i64 column, const u8 *data, const i64 *offsets, const u8 *missing,
                          i64 rows, double *values) {
    Tally *t = s->tallies + column;
    Tile *tile = &s->tile;
    i64 out = 0;
    for (i64 row = 0; row < rows; row += tile->rows) {
        i64 base = offsets[row];
        tile->text = data + base;
        tile->missing = missing + row;
        /* A tile ends before its places leave 32 bits; a single cell that does is more than is read here. */
        for (tile->rows = 0; tile->rows < TILE && row + tile->rows < rows; tile->rows++) {
            const i64 *place = offsets + row + tile->rows;
            if (place[1] - base > UINT32_MAX) break;
            tile->starts[tile->rows] = (u32)(place[0] - base);
            tile->lengths[tile->rows] = (u32)(place[1] - place[0]);
        }
        if (!tile->rows) return IRREGULAR;
        out += read_column(t, tile, s->memories, values + out);
    }
    return t->failed ? NO_MEMORY : out;
}

static inline void note_zero(Tally *t, u64 bits, u64 row) {
    if (t->first_zero && t->first_zero <= row) return;
    t->first_zero = row;
    t->first_zero_is_negative = bits >> 63;
}

/* Numbers of 64 bits, doubles if is_float; `first` is the table's number of the first row. NaN and infinities
   are present but no numbers. Answers as de_text_column. */
EXPORT i64 de_numbers(Scanner *s, i64 column, const u64 *words, const u8 *missing, i64 rows, int is_float,
                      u64 first, double *values) {
    Tally *t = s->tallies + column;
    i64 out = 0, present = 0;
    i128 whole = 0;
    for (i64 i = 0; i < rows; i++) {
        if (missing[i]) continue;
        u64 word = words[i];
        double value = is_float ? double_of(word) : (double)(i64)word;
        present++;
        if (is_float && UNLIKELY(!(value < 0.0 || value > 0.0))) {
            if (value == 0.0) note_zero(t, word, first + (u64)i + 1);
            word = value == 0.0 ? 0 : 0x7FF8000000000000ull; /* Java's one NaN */
        }
        whole += is_float ? 0 : (i64)word;
        u64 hash = hash_number(word);
        see(t, hash);
        if (UNLIKELY(!t->overflowed))
            count_category(t, hash, (const u8 *)&word, 8, is_float ? FLOAT_CATEGORY : INTEGER_CATEGORY, 1);
        values[out] = value;
        out += !is_float || is_finite(value);
    }
    t->missing += (u64)(rows - present);
    t->types[is_float ? FRACTIONAL : INTEGRAL] += (u64)present;
    add_whole(t, whole);
    return t->failed ? NO_MEMORY : out;
}

#endif
