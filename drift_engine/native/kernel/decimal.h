/* Digits to numbers: eight characters at once, and the double nearest to w * 10**q. */
#ifndef DECIMAL_H
#define DECIMAL_H

#include "base.h"

static const double TEN[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const u64 WHOLE_TEN[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* The upper and lower 64 bits of 5**q, normalised, for q = -342 .. 308 (powers.py). */
enum { LEAST_POWER = -342, MOST_POWER = 308 };
static const u64 *POWERS;

#define EVERY(byte) (0x0101010101010101ull * (byte))

/* The top bit of every byte that is no digit. */
static inline u64 others_of(u64 word) {
    u64 x = word ^ EVERY(0x30);
    return (((x & EVERY(0x7F)) + EVERY(0x76)) | x) & EVERY(0x80);
}

/* The number in the first n characters, 1 to 8 digits.
   Source: Langdale and Lemire, "Parsing gigabytes of JSON per second" (2019). */
static inline u64 up_to_eight_digits(u64 word, unsigned n) {
    u64 v = (word ^ EVERY(0x30)) << (64 - 8 * n);
    v = v * 10 + (v >> 8);
    u64 upper = (v & 0x000000FF000000FFull) * (100 + (1000000ull << 32));
    u64 lower = ((v >> 16) & 0x000000FF000000FFull) * (1 + (10000ull << 32));
    return (upper + lower) >> 32;
}

/* The number in the first n characters of three words, 1 to 19 digits. */
static inline u64 digits_of(u64 a, u64 b, u64 c, unsigned n) {
    if (n <= 8) return up_to_eight_digits(a, n);
    u64 w = up_to_eight_digits(a, 8);
    if (n <= 16) return w * WHOLE_TEN[n - 8] + up_to_eight_digits(b, n - 8);
    return (w * 100000000 + up_to_eight_digits(b, 8)) * WHOLE_TEN[n - 16] + up_to_eight_digits(c, n - 16);
}

/* Eisel and Lemire's product of w and a power of five, where 128 bits decide; 0 where they don't.
   Source: Lemire, "Number parsing at a gigabyte per second" (2021). */
static int nearest_by_product(u64 w, i64 q, double *out) {
    int leading = __builtin_clzll(w);
    u64 m = w << leading;
    const u64 *power = POWERS + 2 * (q - LEAST_POWER);
    u128 product = (u128)m * power[0];
    u64 high = product >> 64, low = (u64)product;
    if ((high & 0x1FF) == 0x1FF) {
        u64 more = ((u128)m * power[1]) >> 64;
        low += more;
        if (low < more) high++;
        if (low == ~0ull && (q < -27 || q > 55)) return 0;
    }
    int upper = high >> 63, shift = upper + 64 - 52 - 3;
    u64 rounded = high >> shift;
    i64 exponent = ((217706 * q) >> 16) + 63 + upper - leading + 1023;
    if (exponent <= 0 || exponent >= 2046) return 0;
    if (low <= 1 && q >= -4 && q <= 23 && (rounded & 3) == 1 && (rounded << shift) == high) rounded &= ~1ull;
    rounded = (rounded + (rounded & 1)) >> 1;
    if (rounded >= (2ull << 52)) {
        rounded = 1ull << 52;
        exponent++;
    }
    *out = double_of((rounded & ~(1ull << 52)) | ((u64)exponent << 52));
    return 1;
}

/* The double nearest to w * 10**q into *out; 0 where it can't be told here. */
static inline int nearest(u64 w, i64 q, double *out) {
    if (LIKELY(w <= (1ull << 53) && q >= -22 && q <= 22)) {
        *out = q < 0 ? (double)w / TEN[-q] : (double)w * TEN[q];
        return 1;
    }
    if (w == 0) {
        *out = 0.0;
        return 1;
    }
    return q >= LEAST_POWER && q <= MOST_POWER && nearest_by_product(w, q, out);
}

#endif
