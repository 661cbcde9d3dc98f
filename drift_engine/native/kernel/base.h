/* Types, and what the code takes for granted: 64 bits, little endian, 128-bit integers, IEEE doubles. */
#ifndef BASE_H
#define BASE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if !defined(__SIZEOF_INT128__)
#error "no 128-bit integers here"
#endif
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "not little endian"
#endif
#if defined(__i386__) || defined(__FAST_MATH__)
#error "doubles are not rounded as IEEE 754 has it"
#endif
_Static_assert(sizeof(void *) == 8, "not a machine of 64 bits");

typedef uint8_t u8;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;
typedef int64_t i64;
typedef unsigned __int128 u128;
typedef __int128 i128;

#define EXPORT __attribute__((visibility("default")))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* What an entry point answers instead of a number of rows. */
enum { IRREGULAR = -1, NO_MEMORY = -2 };

/* Texts are read eight bytes at a time: whoever calls leaves SPARE bytes behind them. */
enum { SPARE = 64 };

static inline u64 load8(const u8 *p) {
    u64 word;
    memcpy(&word, p, 8);
    return word;
}

static inline u32 load4(const u8 *p) {
    u32 word;
    memcpy(&word, p, 4);
    return word;
}

/* A mask of a word's first n bytes. */
static inline u64 low_bytes(u64 n) { return n >= 8 ? ~0ull : (1ull << (8 * n)) - 1; }

static inline u64 rotl(u64 x, int bits) { return (x << bits) | (x >> (64 - bits)); }

static inline u64 bits_of(double d) {
    u64 bits;
    memcpy(&bits, &d, 8);
    return bits;
}

static inline double double_of(u64 bits) {
    double d;
    memcpy(&d, &bits, 8);
    return d;
}

static inline int is_finite(double d) { return (bits_of(d) >> 52 & 0x7FF) != 0x7FF; }

#endif
