/* The shortest text that reads back as a double, laid out as Java's Double.toString has it.

   Source: Giulietti, "The Schubfach way to render doubles" (2020); names as there. */
#ifndef PRINT_H
#define PRINT_H

#include "decimal.h"

/* Digits and a power of ten. */
typedef struct {
    u64 digits;
    i64 power;
} Decimal;

/* The upper 64 bits of g * cp, of which the last one says whether anything was cut off. */
static u64 rounded_to_odd(u64 g_high, u64 g_low, u64 cp) {
    u64 cut = ((u128)g_low * cp) >> 64;
    u128 product = (u128)g_high * cp + cut;
    return (u64)(product >> 64) | ((u64)product > 1);
}

/* The shortest decimal of a positive finite double; 0 where the table of powers does not reach. */
static int shortest(u64 bits, Decimal *out) {
    u64 fraction = bits & ((1ull << 52) - 1);
    i64 exponent = (i64)(bits >> 52 & 0x7FF);
    u64 c = exponent ? fraction | 1ull << 52 : fraction;
    i64 q = exponent ? exponent - 1075 : -1074;
    if (q <= 0 && q > -53 && !(c & ((1ull << -q) - 1))) {
        *out = (Decimal){c >> -q, 0};
        return 1;
    }
    int closer = fraction == 0 && exponent > 1; /* the double below is half as far */
    i64 k = (q * 1262611 - (closer ? 524031 : 0)) >> 22;
    if (-k > MOST_POWER || -k < LEAST_POWER) return 0;
    i64 h = q + ((-k * 1741647) >> 19) + 1;
    const u64 *power = POWERS + 2 * (-k - LEAST_POWER);
    /* The table is cut off above 5**55, and rounded up is needed. */
    u64 low = power[1] + (-k > 55), high = power[0] + (-k > 55 && !low);
    u64 cb = 4 * c, odd = c & 1;
    u64 lower = rounded_to_odd(high, low, (cb - 2 + (u64)closer) << h) + odd;
    u64 v = rounded_to_odd(high, low, cb << h);
    u64 upper = rounded_to_odd(high, low, (cb + 2) << h) - odd;
    u64 s = v / 4;
    if (s >= 10) {
        u64 tens = s / 10;
        int down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;
        if (down != up) {
            *out = (Decimal){tens + (u64)up, k + 1};
            return 1;
        }
    }
    int down = lower <= 4 * s, up = 4 * s + 4 <= upper;
    u64 middle = 4 * s + 2;
    int nearer = down != up ? up : v > middle || (v == middle && (s & 1));
    *out = (Decimal){s + (u64)nearer, k};
    return 1;
}

static u8 *put_digits(u8 *o, const u8 *digits, i64 n) {
    memcpy(o, digits, (size_t)n);
    return o + n;
}

/* One finite double at `o`, at most 26 bytes; NULL where it can't be told here. */
static u8 *put_double(u8 *o, double value) {
    u64 bits = bits_of(value);
    u8 text[24];
    Decimal d = {0, 0};
    if (bits >> 63) *o++ = '-';
    bits &= ~(1ull << 63);
    if (!bits) return put_digits(o, (const u8 *)"0.0", 3);
    if (!shortest(bits, &d)) return NULL;
    for (; d.digits % 10 == 0; d.digits /= 10) d.power++;
    i64 n = 0;
    u8 *end = text + sizeof text;
    for (; d.digits; d.digits /= 10) end[-++n] = (u8)('0' + d.digits % 10);
    const u8 *digits = end - n;
    i64 point = n + d.power; /* how many digits stand before the point */
    if (point > 7 || point < -2) {
        *o++ = digits[0];
        *o++ = '.';
        o = n > 1 ? put_digits(o, digits + 1, n - 1) : put_digits(o, (const u8 *)"0", 1);
        *o++ = 'E';
        i64 e = point - 1;
        if (e < 0) *o++ = '-';
        e = e < 0 ? -e : e;
        if (e >= 100) *o++ = (u8)('0' + e / 100);
        if (e >= 10) *o++ = (u8)('0' + e / 10 % 10);
        *o++ = (u8)('0' + e % 10);
        return o;
    }
    if (point <= 0) {
        *o++ = '0';
        *o++ = '.';
        for (i64 i = point; i < 0; i++) *o++ = '0';
        return put_digits(o, digits, n);
    }
    for (i64 i = 0; i < point; i++) *o++ = i < n ? digits[i] : '0';
    *o++ = '.';
    return n > point ? put_digits(o, digits + point, n - point) : put_digits(o, (const u8 *)"0", 1);
}

/* n finite doubles with a comma and a blank between them; `out` has room for 28 bytes each. Answers how many bytes
   it is, IRREGULAR where one of them can't be told here. */
EXPORT i64 de_print(const double *values, i64 n, u8 *out) {
    u8 *o = out;
    for (i64 i = 0; i < n; i++) {
        if (i) {
            *o++ = ',';
            *o++ = ' ';
        }
        u8 *next = is_finite(values[i]) ? put_double(o, values[i]) : NULL;
        if (!next) return IRREGULAR;
        o = next;
    }
    return o - out;
}

#endif
