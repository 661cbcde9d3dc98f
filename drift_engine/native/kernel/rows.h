/* Where rows of CSV end: exactly, or not at all. */
#ifndef ROWS_H
#define ROWS_H

#include "marks.h"

/* The place behind the last complete row of a text that starts where a row starts and ends with a newline;
   0 where no row ends in it, IRREGULAR where a quote stands that neither opens nor closes a whole cell.

   Between an opening quote and the next one lies a quoted part. A quote opens behind a separator, a newline
   or a quote (which makes both one character), and closes before a separator, the row's end or a quote. */
EXPORT i64 de_rows_end(const u8 *text, i64 n, u8 separator, u8 quote) {
    i64 end = 0;
    u64 inside = 0, may_open = 1, must_end = 0;
    for (i64 at = 0; at < n; at += 64) {
        u64 valid = n - at >= 64 ? ~0ull : (1ull << (n - at)) - 1;
        u64 quotes = equal64(text + at, quote) & valid;
        u64 newlines = equal64(text + at, '\n') & valid;
        if (UNLIKELY(quotes | inside | must_end)) {
            u64 marks = quotes | newlines | (equal64(text + at, separator) & valid);
            u64 returns = equal64(text + at, '\r') & valid;
            u64 within = parity_up_to(quotes) ^ inside;
            /* A carriage return at the 64th place belongs to the newline behind it, if that is one. */
            u64 line_ends = returns & ((newlines >> 1) | ((u64)(text[at + 64] == '\n') << 63));
            u64 opening = quotes & within, closing = quotes & ~within;
            if (opening & ~((marks << 1) | may_open)) return IRREGULAR;
            if (((closing << 1) | must_end) & valid & ~(marks | line_ends)) return IRREGULAR;
            may_open = marks >> 63;
            must_end = closing >> 63;
            inside = 0 - (within >> 63);
            newlines &= ~within;
        } else {
            may_open = (newlines | equal64(text + at, separator)) >> 63;
        }
        if (newlines) end = at + 64 - __builtin_clzll(newlines);
    }
    return end;
}

/* Whether a text is UTF-8 as Python's decoder has it: no surrogates, nothing longer than needed. */
static int is_utf8(const u8 *p, i64 n) {
    const u8 *end = p + n;
    while (p < end) {
        if (end - p >= 8 && !(load8(p) & 0x8080808080808080ull)) {
            p += 8;
            continue;
        }
        u8 c = *p++;
        if (c < 0x80) continue;
        int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        if (c < 0xC2 || c > 0xF4 || end - p < more) return 0;
        u8 least = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
        u8 most = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
        if (*p < least || *p > most) return 0;
        for (int k = 1; k < more; k++)
            if ((p[k] & 0xC0) != 0x80) return 0;
        p += more;
    }
    return 1;
}

#endif
