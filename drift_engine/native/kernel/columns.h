/* Columns that come as such: text as Arrow lays it out, places in a list of texts, and typed numbers. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "hashes.h"
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

/* One text that came so often; answers its number. */
static Number add_text(Tally *t, const u8 *p, u64 n, u64 times) {
    Number is = read_number(p, n);
    u64 hash = hash_text(p, n);
    see(t, hash);
    count_category(t, hash, p, n, category_of(is), times);
    t->types[is.type] += times;
    add_whole(t, (i128)is.whole * (i64)times);
    return is;
}

/* Cell i is the text codes[i] of `texts`, laid out as in de_text_column. Answers as it does; IRREGULAR where a
   code leads to no text. */
EXPORT i64 de_coded_column(Scanner *s, i64 column, const u8 *data, const i64 *offsets, i64 texts,
                           const i32 *codes, const u8 *missing, i64 rows, double *values) {
    Tally *t = s->tallies + column;
    u64 *often = calloc((size_t)texts + 1, sizeof *often);
    Number *is = calloc((size_t)texts + 1, sizeof *is);
    i64 present = 0, out = 0;
    int wrong = !often || !is, numbered = 0;
    for (i64 i = 0; !wrong && i < rows; i++) {
        if (missing && missing[i]) continue;
        if (UNLIKELY((u64)(i64)codes[i] >= (u64)texts)) wrong = 2;
        else often[codes[i]]++;
        present++;
    }
    for (i64 k = 0; !wrong && k < texts; k++)
        if (often[k]) {
            is[k] = add_text(t, data + offsets[k], (u64)(offsets[k + 1] - offsets[k]), often[k]);
            numbered |= is[k].numbered;
        }
    for (i64 i = 0; !wrong && numbered && i < rows; i++) {
        if (missing && missing[i]) continue;
        values[out] = is[codes[i]].value;
        out += is[codes[i]].numbered;
    }
    free(often);
    free(is);
    if (wrong == 2) return IRREGULAR;
    t->missing += (u64)(rows - present);
    return wrong || t->failed ? NO_MEMORY : out;
}

static inline void note_zero(Tally *t, u64 bits, u64 row) {
    if (t->first_zero && t->first_zero <= row) return;
    t->first_zero = row;
    t->first_zero_is_negative = bits >> 63;
}

/* Words that are hashed and counted as they are. */
static void add_words(Tally *t, const u64 *words, i64 n, u32 kind) {
    u64 hashes[PART];
    hash_numbers(words, hashes, n);
    see_all(t, hashes, n);
    for (i64 i = 0; !t->overflowed && i < n; i++)
        count_category(t, hashes[i], (const u8 *)(words + i), 8, kind, 1);
}

/* Integers that lie so close together that each value is hashed once; 0 where they don't. */
static int add_few(Tally *t, const i64 *words, i64 n) {
    u32 often[PART / 2];
    i64 low = words[0], high = words[0];
    for (i64 i = 1; i < n; i++) {
        low = words[i] < low ? words[i] : low;
        high = words[i] > high ? words[i] : high;
    }
    u64 range = (u64)high - (u64)low;
    if (range >= PART / 2) return 0;
    memset(often, 0, sizeof *often * (range + 1));
    for (i64 i = 0; i < n; i++) often[(u64)words[i] - (u64)low]++;
    for (u64 k = 0; k <= range; k++)
        if (often[k]) {
            u64 word = (u64)low + k, hash = hash_number(word);
            see(t, hash);
            count_category(t, hash, (const u8 *)&word, 8, INTEGER_CATEGORY, often[k]);
        }
    return 1;
}

CLONES static void to_doubles(const i64 *words, double *values, i64 n) {
    for (i64 i = 0; i < n; i++) values[i] = (double)words[i];
}

static i64 add_integers(Tally *t, const u64 *words, i64 n, double *values) {
    i128 whole = 0;
    for (i64 i = 0; i < n; i++) whole += (i64)words[i];
    add_whole(t, whole);
    to_doubles((const i64 *)words, values, n);
    if (!n || !add_few(t, (const i64 *)words, n)) add_words(t, words, n, INTEGER_CATEGORY);
    return n;
}

/* Whether any double is zero, infinite or NaN. */
CLONES static u64 any_odd(const u64 *words, i64 n) {
    u64 odd = 0;
    for (i64 i = 0; i < n; i++) odd |= ((words[i] << 1) - 1) >= (0x7FFull << 53) - 1;
    return odd;
}

/* Doubles; `first` is the number of the first row in the table, and rows[i] a word's row from there (NULL: i). */
static i64 add_floats(Tally *t, const u64 *words, i64 n, u64 first, const i32 *rows, double *values) {
    u64 same[PART];
    i64 out = 0;
    if (!any_odd(words, n)) {
        memcpy(values, words, 8 * (size_t)n);
        add_words(t, words, n, FLOAT_CATEGORY);
        return n;
    }
    for (i64 i = 0; i < n; i++) {
        double value = double_of(words[i]);
        same[i] = words[i];
        if (UNLIKELY(!(value < 0.0 || value > 0.0))) {
            if (value == 0.0) note_zero(t, words[i], first + (rows ? (u64)rows[i] : (u64)i) + 1);
            same[i] = value == 0.0 ? 0 : 0x7FF8000000000000ull; /* Java's one NaN */
        }
        values[out] = value;
        out += is_finite(value);
    }
    add_words(t, same, n, FLOAT_CATEGORY);
    return out;
}

/* Numbers of 64 bits, doubles if is_float; `first` is the table's number of the first row; `missing` is NULL
   where no cell is. NaN and infinities are present but no numbers. Answers as de_text_column. */
EXPORT i64 de_numbers(Scanner *s, i64 column, const u64 *words, const u8 *missing, i64 rows, int is_float,
                      u64 first, double *values) {
    Tally *t = s->tallies + column;
    u64 some[PART];
    i32 places[PART];
    i64 out = 0, present = 0;
    for (i64 row = 0; row < rows; row += PART) {
        i64 n = rows - row < PART ? rows - row : PART;
        const u64 *part = words + row;
        if (missing) {
            i64 kept = 0;
            for (i64 i = 0; i < n; i++) {
                some[kept] = part[i];
                places[kept] = (i32)i;
                kept += !missing[row + i];
            }
            part = some;
            n = kept;
        }
        present += n;
        out += is_float ? add_floats(t, part, n, first + (u64)row, missing ? places : NULL, values + out)
                        : add_integers(t, part, n, values + out);
    }
    t->missing += (u64)(rows - present);
    t->types[is_float ? FRACTIONAL : INTEGRAL] += (u64)present;
    return t->failed ? NO_MEMORY : out;
}

#endif
