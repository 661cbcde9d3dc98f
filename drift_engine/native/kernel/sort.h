/* Sorting a few thousand doubles, as integers of the same order (Java's: -0.0 before 0.0). */
#ifndef SORT_H
#define SORT_H

#include "base.h"

static inline u64 key_of(double d) {
    u64 bits = bits_of(d);
    return bits ^ ((u64)((i64)bits >> 63) | (1ull << 63));
}

static inline double of_key(u64 key) { return double_of(key ^ ((u64)(~(i64)key >> 63) | (1ull << 63))); }

enum { MOST_RUNS = 16, DIGIT = 11, DIGITS = 1 << DIGIT };

/* Two ascending runs into one, from both ends at once: two chains of steps that don't wait for each other. */
static void merge_two(const u64 *x, const u64 *x_end, const u64 *y, const u64 *y_end, u64 *o) {
    u64 *o_end = o + (x_end - x) + (y_end - y);
    for (;;) {
        /* No run can end within so many steps from both of its ends. */
        i64 left = x_end - x, right = y_end - y, sure = (left < right ? left : right) / 2;
        if (!sure) break;
        while (sure--) {
            u64 a = *x, b = *y, c = x_end[-1], d = y_end[-1];
            int lower = b < a, higher = d > c;
            *o++ = lower ? b : a;
            y += lower;
            x += !lower;
            *--o_end = higher ? d : c;
            y_end -= higher;
            x_end -= !higher;
        }
    }
    while (x < x_end && y < y_end) *o++ = *y < *x ? *y++ : *x++;
    memcpy(o, x, 8 * (size_t)(x_end - x));
    o += x_end - x;
    memcpy(o, y, 8 * (size_t)(y_end - y));
}

/* Merge neighbouring ascending runs until one is left; answers in which of the two arrays it is. */
static u64 *merge_runs(u64 *a, u64 *b, i64 n, u32 *runs, int count) {
    while (count > 1) {
        int made = 0;
        for (int r = 0; r < count; r += 2) {
            i64 low = runs[r], middle = r + 1 < count ? runs[r + 1] : n, high = r + 2 < count ? runs[r + 2] : n;
            merge_two(a + low, a + middle, a + middle, a + high, b + low);
            runs[made++] = (u32)low;
        }
        count = made;
        u64 *other = a;
        a = b;
        b = other;
    }
    return a;
}

/* One pass of a radix sort from a to b. */
static void radix_pass(const u64 *a, u64 *b, i64 n, int shift) {
    u32 at[DIGITS], sum = 0;
    memset(at, 0, sizeof at);
    for (i64 j = 0; j < n; j++) at[(a[j] >> shift) & (DIGITS - 1)]++;
    for (int d = 0; d < DIGITS; d++) {
        u32 count = at[d];
        at[d] = sum;
        sum += count;
    }
    for (i64 j = 0; j < n; j++) b[at[(a[j] >> shift) & (DIGITS - 1)]++] = a[j];
}

/* Sort what is nearly sorted; 0 where it turns out not to be. */
static int insertion_sort(u64 *a, i64 n) {
    i64 moves = 0;
    for (i64 j = 1; j < n; j++) {
        u64 x = a[j];
        i64 q = j;
        for (; q > 0 && a[q - 1] > x; q--) a[q] = a[q - 1];
        a[q] = x;
        moves += j - q;
        if (moves > 8 * n) return 0;
    }
    return 1;
}

/* n keys in order, in a or in b: by runs where there are few, else by the upper 22 bits that differ and then by
   insertion, else by all bits. */
static u64 *sorted(u64 *a, u64 *b, i64 n) {
    u32 runs[MOST_RUNS + 1] = {0};
    int count = 1;
    u64 differing = 0;
    i64 i = 1;
    for (; i < n; i++)
        if (a[i] < a[i - 1]) {
            if (count == MOST_RUNS) break;
            runs[count++] = (u32)i;
        }
    if (i >= n) return merge_runs(a, b, n, runs, count);
    for (i = 1; i < n; i++) differing |= a[i] ^ a[0];
    int low = __builtin_ctzll(differing), high = 63 - __builtin_clzll(differing);
    int passes = (high - low) / DIGIT + 1;
    if (passes > 2) {
        radix_pass(a, b, n, high - 2 * DIGIT + 1);
        radix_pass(b, a, n, high - DIGIT + 1);
        if (insertion_sort(a, n)) return a;
    }
    for (int p = 0; p < passes; p++) {
        radix_pass(a, b, n, low + p * DIGIT);
        u64 *other = a;
        a = b;
        b = other;
    }
    return a;
}

#endif
