/* Where a character stands among 64, as a mask. */
#ifndef MARKS_H
#define MARKS_H

#include "base.h"

#if defined(__SSE2__)
#include <emmintrin.h>

static inline __m128i sixteen(const u8 *p) { return _mm_loadu_si128((const __m128i *)p); }

static inline u64 equal64(const u8 *p, u8 c) {
    __m128i wanted = _mm_set1_epi8((char)c);
    u64 mask = 0;
    for (int k = 0; k < 4; k++)
        mask |= (u64)(u32)_mm_movemask_epi8(_mm_cmpeq_epi8(sixteen(p + 16 * k), wanted)) << (16 * k);
    return mask;
}

/* Whether any of 64 bytes is not ASCII. */
static inline int any_high(const u8 *p) {
    __m128i lower = _mm_or_si128(sixteen(p), sixteen(p + 16));
    __m128i upper = _mm_or_si128(sixteen(p + 32), sixteen(p + 48));
    return _mm_movemask_epi8(_mm_or_si128(lower, upper)) != 0;
}
#else
static inline u64 equal64(const u8 *p, u8 c) {
    u64 mask = 0;
    for (int k = 0; k < 64; k++) mask |= (u64)(p[k] == c) << k;
    return mask;
}

static inline int any_high(const u8 *p) {
    u64 all = 0;
    for (int k = 0; k < 64; k += 8) all |= load8(p + k);
    return (all & 0x8080808080808080ull) != 0;
}
#endif

/* Every bit the parity of itself and all bits below. */
static inline u64 parity_up_to(u64 x) {
    for (int shift = 1; shift < 64; shift *= 2) x ^= x << shift;
    return x;
}

#endif
