/* JSON lines: where the cells of objects are, and the cells into a worker's tallies. */
#ifndef JSON_H
#define JSON_H

#include "scan.h"

/* The names of all columns, one behind the other; name c ends at ends[c]. */
typedef struct {
    const u8 *bytes;
    const i64 *ends;
    i64 count;
} Names;

/* A cell's start where there is no value, with a length that says why; and the bit of a length that says that the
   cell has escapes. */
enum { NOWHERE = UINT32_MAX, ABSENT = 0, IS_NULL = 1 };
static const u32 ESCAPED = 1u << 31;

/* Objects in objects, the bytes of their keys together, and how many an object may have: beyond, Python reads. */
enum { MOST_DEPTH = 16, MOST_KEY = 512, MOST_INNER = 16 };

/* A row that is being read; `expected` is the column whose key is likely to come next. */
typedef struct {
    const u8 *text;
    Names names;
    int nan_is_missing;
    u32 *cells;
    i64 expected;
} Row;

typedef struct {
    const u8 *bytes;
    i64 size;
} Key;

static inline const u8 *skip_blanks(const u8 *p) {
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    return p;
}

/* The top bit of every byte that ends a run of plain characters of a string: quote, backslash, controls. */
static inline u64 not_plain(u64 word) {
    const u64 ones = 0x0101010101010101ull, tops = 0x8080808080808080ull;
    u64 quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
    u64 found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * 0x20) & ~word);
    return found & tops;
}

static inline int hex_of(u8 c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits as a number; -1 where they are none. */
static int hex4(const u8 *p) {
    int value = 0;
    for (int k = 0; k < 4; k++) {
        int digit = hex_of(p[k]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* The closing quote of a string that starts at p; NULL where it is no string. No string goes over a newline,
   with which the text ends. */
static const u8 *closing_quote(const u8 *p, u32 *escaped) {
    for (;;) {
        u64 found = not_plain(load8(p));
        if (!found) {
            p += 8;
            continue;
        }
        /* A borrow can mark a byte too many behind the first one, never before it. */
        p += __builtin_ctzll(found) >> 3;
        if (*p == '"') return p;
        if (*p != '\\') return NULL;
        *escaped = ESCAPED;
        if (p[1] == 'u') {
            if (hex4(p + 2) < 0) return NULL;
            p += 6;
        } else {
            if (!p[1] || !strchr("\"\\/bfnrt", p[1])) return NULL;
            p += 2;
        }
    }
}

static inline const u8 *skip_digits(const u8 *p) {
    while (*p >= '0' && *p <= '9') p++;
    return p;
}

/* Behind the number that starts at p; NULL where none does. */
static const u8 *number_end(const u8 *p) {
    p += *p == '-';
    const u8 *rest = *p == '0' ? p + 1 : skip_digits(p);
    if (rest == p) return NULL;
    if (*rest == '.') {
        p = rest + 1;
        rest = skip_digits(p);
        if (rest == p) return NULL;
    }
    if ((*rest | 0x20) == 'e') {
        p = rest + 1;
        p += *p == '+' || *p == '-';
        rest = skip_digits(p);
        if (rest == p) return NULL;
    }
    return rest;
}

static inline int is_word(const u8 *p, const char *word, size_t n) { return !memcmp(p, word, n); }

/* Behind the value that starts at p, and its cell; NULL where it is none, or an array or object. */
static const u8 *value_end(const Row *row, const u8 *p, u32 *cell) {
    const u8 *end;
    if (*p == '"') {
        u32 escaped = 0;
        end = closing_quote(++p, &escaped);
        if (!end) return NULL;
        cell[0] = (u32)(p - row->text);
        cell[1] = (u32)(end - p) | escaped;
        return end + 1;
    }
    int missing = 0;
    if (is_word(p, "true", 4)) end = p + 4;
    else if (is_word(p, "false", 5)) end = p + 5;
    else if (is_word(p, "null", 4)) end = p + 4, missing = 1;
    else if (is_word(p, "NaN", 3)) end = p + 3, missing = row->nan_is_missing;
    else if (is_word(p, "Infinity", 8)) end = p + 8;
    else if (is_word(p, "-Infinity", 9)) end = p + 9;
    else end = number_end(p);
    if (!end) return NULL;
    cell[0] = missing ? NOWHERE : (u32)(p - row->text);
    cell[1] = missing ? IS_NULL : (u32)(end - p);
    return end;
}

static inline int is_key(Key a, Key b) { return a.size == b.size && !memcmp(a.bytes, b.bytes, (size_t)a.size); }

/* The column of a name, which is most often the expected one; -1 for none. */
static i64 column_of(const Row *row, Key name) {
    const Names *names = &row->names;
    for (i64 tried = 0, c = row->expected; tried < names->count; tried++, c++) {
        if (c >= names->count) c = 0;
        i64 start = c ? names->ends[c - 1] : 0;
        if (is_key(name, (Key){names->bytes + start, names->ends[c] - start})) return c;
    }
    return -1;
}

/* A key behind those of the objects around it, written to `room` where there are any; no bytes where it is too long. */
static Key name_of(Key prefix, Key key, u8 *room) {
    if (!prefix.size) return key;
    if (prefix.size + key.size > MOST_KEY) return (Key){NULL, 0};
    memcpy(room, prefix.bytes, (size_t)prefix.size);
    memcpy(room + prefix.size, key.bytes, (size_t)key.size);
    return (Key){room, prefix.size + key.size};
}

/* Behind the object that starts at p, whose values go to the row's cells; `prefix` is the keys of those around it,
   with a dot behind each. NULL where it is none, has an array, a key that no column has, or one that was said before:
   of those the last holds, all of it, but in the first one's place. */
static const u8 *object_end(Row *row, const u8 *p, Key prefix, int depth) {
    u8 room[MOST_KEY + 1];
    Key inner[MOST_INNER];
    int inners = 0;
    if (*p != '{' || depth == MOST_DEPTH) return NULL;
    p = skip_blanks(p + 1);
    if (*p == '}') return p + 1;
    for (;;) {
        u32 escaped = 0;
        if (*p != '"') return NULL;
        const u8 *end = closing_quote(p + 1, &escaped);
        if (!end || escaped) return NULL;
        Key key = {p + 1, end - p - 1}, name = name_of(prefix, key, room);
        if (!name.bytes) return NULL;
        for (int k = 0; k < inners; k++)
            if (is_key(key, inner[k])) return NULL;
        i64 c = column_of(row, name);
        p = skip_blanks(end + 1);
        if (*p != ':') return NULL;
        p = skip_blanks(p + 1);
        if (c >= 0 && !(row->cells[2 * c] == NOWHERE && row->cells[2 * c + 1] == ABSENT)) return NULL;
        if (*p == '{') {
            if (inners == MOST_INNER || name.size >= MOST_KEY) return NULL;
            inner[inners++] = key;
            if (name.bytes != room) memcpy(room, name.bytes, (size_t)name.size);
            room[name.size] = '.';
            p = object_end(row, p, (Key){room, name.size + 1}, depth + 1);
        } else {
            if (c < 0) return NULL;
            row->expected = c + 1;
            p = value_end(row, p, row->cells + 2 * c);
        }
        if (!p) return NULL;
        p = skip_blanks(p);
        if (*p == '}') return p + 1;
        if (*p != ',') return NULL;
        p = skip_blanks(p + 1);
    }
}

/* Room for so many words in `stops`. */
static int make_words(Scanner *s, i64 words) {
    if (words <= s->room) return 1;
    i64 room = words + words / 2 + 65536;
    u32 *grown = realloc(s->stops, 4 * (size_t)room);
    if (!grown) return 0;
    s->stops = grown;
    s->room = room;
    return 1;
}

/* How many rows a text has that ends with a newline and is shorter than 2 GiB, and into `stops` where their cells are;
   without a worker, only how many. Touches no tally. IRREGULAR where it is not UTF-8, or a line is neither blank nor an
   object of these names (`object_end`). */
EXPORT i64 de_json_rows(Scanner *s, const u8 *text, i64 n, const u8 *bytes, const i64 *ends, i64 columns,
                        int nan_is_missing) {
    Row row = {text, {bytes, ends, columns}, nan_is_missing, NULL, 0};
    i64 rows = 0;
    int high = 0;
    for (i64 at = 0; at < n; at += 64) high |= any_high(text + at);
    if (high && !is_utf8(text, n)) return IRREGULAR;
    u32 *scratch = s ? NULL : malloc(8 * (size_t)columns);
    if (!s && !scratch) return NO_MEMORY;
    for (const u8 *p = text, *end = text + n; rows >= 0 && p < end; p++) {
        p = skip_blanks(p);
        if (*p == '\n') continue;
        if (UNLIKELY(s && !make_words(s, 2 * (rows + 1) * columns))) {
            rows = NO_MEMORY;
            break;
        }
        row.cells = s ? s->stops + 2 * rows * columns : scratch;
        row.expected = 0;
        for (i64 c = 0; c < columns; c++) {
            row.cells[2 * c] = NOWHERE;
            row.cells[2 * c + 1] = ABSENT;
        }
        p = object_end(&row, p, (Key){NULL, 0}, 0);
        if (p) p = skip_blanks(p);
        rows = p && *p == '\n' ? rows + 1 : IRREGULAR;
        if (rows < 0) break;
    }
    free(scratch);
    return rows;
}

/* A character as UTF-8; answers behind it. */
static u8 *put_character(u8 *out, u32 c) {
    if (c < 0x80) {
        *out++ = (u8)c;
    } else if (c < 0x800) {
        *out++ = (u8)(0xC0 | c >> 6);
        *out++ = (u8)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (u8)(0xE0 | c >> 12);
        *out++ = (u8)(0x80 | (c >> 6 & 0x3F));
        *out++ = (u8)(0x80 | (c & 0x3F));
    } else {
        *out++ = (u8)(0xF0 | c >> 18);
        *out++ = (u8)(0x80 | (c >> 12 & 0x3F));
        *out++ = (u8)(0x80 | (c >> 6 & 0x3F));
        *out++ = (u8)(0x80 | (c & 0x3F));
    }
    return out;
}

/* Spell out a string's escapes, which are sound, where it lies; answers the new length. Half of a pair that stands
   alone becomes a question mark, as UTF-8 can't hold it. */
static u32 unescape(u8 *cell, u32 length) {
    u8 *out = cell;
    for (const u8 *p = cell, *end = cell + length; p < end;) {
        if (*p != '\\') {
            *out++ = *p++;
        } else if (p[1] != 'u') {
            const char *plain = strchr("bfnrt", p[1]);
            *out++ = plain ? (u8) "\b\f\n\r\t"[plain - "bfnrt"] : p[1];
            p += 2;
        } else {
            u32 c = (u32)hex4(p + 2), low = 0;
            p += 6;
            if (c >= 0xD800 && c < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') low = (u32)hex4(p + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                p += 6;
            }
            out = put_character(out, c >= 0xD800 && c < 0xE000 ? '?' : c);
        }
    }
    return (u32)(out - cell);
}

/* The rows that de_json_rows has just found into the tallies, as de_scan does it; spells out escapes in `text`. */
EXPORT i64 de_json_scan(Scanner *s, u8 *text, i64 rows, double *values, i64 *counts) {
    Tile *tile = &s->tile;
    u8 missing[TILE];
    tile->text = text;
    tile->missing = missing;
    memset(counts, 0, 8 * (size_t)s->columns);
    for (i64 row = 0; row < rows; row += TILE) {
        tile->rows = rows - row < TILE ? rows - row : TILE;
        for (i64 c = 0; c < s->columns; c++) {
            const u32 *cell = s->stops + 2 * (row * s->columns + c);
            for (i64 i = 0; i < tile->rows; i++, cell += 2 * s->columns) {
                missing[i] = cell[0] == NOWHERE;
                tile->starts[i] = missing[i] ? 0 : cell[0];
                tile->lengths[i] = missing[i] ? 0 : cell[1];
                if (UNLIKELY(tile->lengths[i] & ESCAPED))
                    tile->lengths[i] = unescape(text + cell[0], cell[1] & ~ESCAPED);
            }
            counts[c] += read_column(s->tallies + c, tile, s->memories, values + c * rows + counts[c]);
        }
    }
    return failed(s) ? NO_MEMORY : rows;
}

#endif
