/* What a cell is by itself: its type and its number, by the rules of states/numbers.py. */
#ifndef NUMBER_H
#define NUMBER_H

#include "decimal.h"

/* The order of states/cells.py. */
enum { INTEGRAL, FRACTIONAL, BOOLEAN, STRING };

typedef struct {
    double value; /* means something where `numbered` */
    i64 whole;    /* the same number where the cell is Integral, else 0 */
    u8 type, numbered;
} Number;

/* Python's float() of a text, for the few cells that can't be decided here. */
static double (*FLOAT_OF)(const u8 *text, u64 length);

static const Number TEXT = {0.0, 0, STRING, 0};

static inline int is_digit(u8 c) { return (u8)(c - '0') < 10; }

/* Digits so far, as the first 19 that count and a power of ten. */
typedef struct {
    u64 w;
    i64 used, power;
} Digits;

static const u8 *take_digits(const u8 *s, const u8 *end, Digits *d, int behind_point) {
    for (; s < end && is_digit(*s); s++) {
        int leading_zero = !d->used && *s == '0';
        int kept = !leading_zero && d->used < 19;
        if (kept) d->w = d->w * 10 + (*s - '0');
        d->used += !leading_zero;
        d->power += behind_point ? -(kept | leading_zero) : !(kept | leading_zero);
    }
    return s;
}

static Number boolean_or_text(const u8 *p, u64 n) {
    Number found = TEXT;
    if ((n == 4 && !memcmp(p, "true", 4)) || (n == 5 && !memcmp(p, "false", 5))) found.type = BOOLEAN;
    return found;
}

/* The exponent behind an e, into *power; 0 where it is none. */
static int take_exponent(const u8 *s, const u8 *end, i64 *power) {
    int negative = s < end && *s == '-';
    if (s < end && (*s == '-' || *s == '+')) s++;
    const u8 *first = s;
    i64 exponent = 0;
    for (; s < end && is_digit(*s); s++)
        if (exponent < 100000) exponent = exponent * 10 + (*s - '0');
    *power += negative ? -exponent : exponent;
    return s == end && s > first;
}

static Number integral(const Digits *d, int negative, int castable) {
    Number found = {0.0, 0, INTEGRAL, 0};
    u64 most = (1ull << 63) - !negative;
    if (!castable || d->used > 19 || d->w > most) return found;
    found.whole = negative ? (i64)(0 - d->w) : (i64)d->w;
    found.value = (double)found.whole;
    found.numbered = 1;
    return found;
}

static Number fractional(const u8 *p, u64 n, const Digits *d, int negative) {
    Number found = {0.0, 0, FRACTIONAL, 1};
    double next;
    int certain = nearest(d->w, d->power, &found.value);
    /* More digits lie between w and w + 1: if both round to the same double, so do they. */
    if (certain && d->used > 19) certain = nearest(d->w + 1, d->power, &next) && found.value == next;
    if (certain) {
        found.value = negative ? -found.value : found.value;
        return found;
    }
    found.value = FLOAT_OF(p, n);
    found.numbered = (u8)is_finite(found.value);
    return found;
}

/* Any cell, character by character: ([-+]?)( ?)[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)? */
static Number read_slowly(const u8 *p, u64 n) {
    const u8 *s = p, *end = p + n, *begin;
    Digits d = {0, 0, 0};
    int negative = s < end && *s == '-', sign = s < end && (*s == '-' || *s == '+');
    s += sign;
    int blank = s < end && *s == ' ';
    begin = s += blank;
    int castable = !(sign && blank); /* Spark's cast gives up at a blank behind a sign. */
    s = take_digits(s, end, &d, 0);
    if (s == begin) return boolean_or_text(p, n);
    if (s == end) return integral(&d, negative, castable);
    if (*s == '.') {
        begin = ++s;
        s = take_digits(s, end, &d, 1);
        if (s == begin) return TEXT;
    }
    if (s < end && ((*s | 32) != 'e' || !take_exponent(s + 1, end, &d.power))) return TEXT;
    if (!castable) return (Number){0.0, 0, FRACTIONAL, 0};
    return fractional(p, n, &d, negative);
}

/* A cell of an optional minus, digits and at most one point in three words; any other one slowly. */
static inline Number read_number(const u8 *p, u64 n) {
    if (n == 0) return TEXT;
    u8 first = *p;
    if (first > '9' && first != 't' && first != 'f') return TEXT;
    const u8 *cell = p;
    u64 length = n;
    int negative = first == '-';
    p += negative;
    n -= negative;
    if (UNLIKELY(n == 0 || n > 20 || !is_digit(*p))) return read_slowly(cell, length);
    u64 a = load8(p), b = load8(p + 8), c = load8(p + 16);
    u64 in_a = others_of(a) & low_bytes(n);
    u64 in_b = n > 8 ? others_of(b) & low_bytes(n - 8) : 0;
    u64 in_c = n > 16 ? others_of(c) & low_bytes(n - 16) : 0;
    if (!(in_a | in_b | in_c)) {
        if (UNLIKELY(n > 18)) return read_slowly(cell, length);
        i64 w = (i64)digits_of(a, b, c, (unsigned)n);
        w = negative ? -w : w;
        return (Number){(double)w, w, INTEGRAL, 1};
    }
    if (UNLIKELY(in_c || !(in_a | in_b) || (in_a && in_b))) return read_slowly(cell, length);
    unsigned place = (in_a ? (unsigned)__builtin_ctzll(in_a) : 64 + (unsigned)__builtin_ctzll(in_b)) >> 3;
    int single = !(in_a & (in_a - 1)) && !(in_b & (in_b - 1));
    if (UNLIKELY(!single || p[place] != '.' || place + 1 == n)) return read_slowly(cell, length);
    if (place < 8) {
        u64 keep = low_bytes(place);
        a = (a & keep) | (((a >> 8) | (b << 56)) & ~keep);
        b = (b >> 8) | (c << 56);
    } else {
        u64 keep = low_bytes(place - 8);
        b = (b & keep) | (((b >> 8) | (c << 56)) & ~keep);
    }
    n--;
    Number found = {0.0, 0, FRACTIONAL, 1};
    if (UNLIKELY(!nearest(digits_of(a, b, c >> 8, (unsigned)n), (i64)place - (i64)n, &found.value)))
        return read_slowly(cell, length);
    found.value = negative ? -found.value : found.value;
    return found;
}

#endif
