/* Sums, means and deviations in the order of the rows, of several columns side by side. */
#ifndef MOMENTS_H
#define MOMENTS_H

#include "clones.h"

/* Columns that are added up side by side, in two sets of lanes: a step waits for the division of the one before,
   so that several columns cost no more than one. */
enum { LANES = REGISTER_BYTES / 8, ABREAST = 2 * LANES };

typedef struct {
    double count, whole_numbers, sum, mean, deviations, min, max;
} Moments;

typedef double Floats __attribute__((vector_size(REGISTER_BYTES)));
typedef i64 Bits __attribute__((vector_size(REGISTER_BYTES)));

/* A register of Moments, field by field. */
typedef struct {
    Floats count, sum, mean, deviations, min, max;
    Bits whole_numbers;
} Lanes;

static inline __attribute__((always_inline)) Floats chosen(Bits which, Floats yes, Floats no) {
    return (Floats)((which & (Bits)yes) | (~which & (Bits)no));
}

/* All bits set for a whole number within 64 bits. Below 2**52 adding 2**52 rounds a fraction away; from there
   on every double is whole. */
static inline __attribute__((always_inline)) Bits are_whole(Floats x) {
    Floats size = (Floats)((Bits)x & 0x7FFFFFFFFFFFFFFFll);
    Floats rounded = (size + 0x1p52) - 0x1p52;
    Bits small = size < 0x1p52;
    return (small & (rounded == size)) | (~small & (size <= 0x1p63));
}

static inline __attribute__((always_inline)) void step(Lanes *m, Floats x) {
    Floats from_mean = x - m->mean;
    m->count += 1.0;
    m->whole_numbers -= are_whole(x);
    Floats part = from_mean / m->count;
    m->mean += part;
    m->deviations += from_mean * (from_mean - part);
    m->sum += x;
    m->min = chosen(x < m->min, x, m->min);
    m->max = chosen(x > m->max, x, m->max);
}

static inline __attribute__((always_inline)) Floats side_by_side(const double *const *v, i64 i) {
    Floats x;
    for (int lane = 0; lane < LANES; lane++) x[lane] = v[lane][i];
    return x;
}

/* n steps; v[lane] are a lane's numbers. */
CLONES static void steps(Lanes *lanes, const double *const *v, i64 n) {
    Lanes m = lanes[0], k = lanes[1];
    for (i64 i = 0; i < n; i++) {
        step(&m, side_by_side(v, i));
        step(&k, side_by_side(v + LANES, i));
    }
    lanes[0] = m;
    lanes[1] = k;
}

/* The same of the first set alone. */
CLONES static void few_steps(Lanes *lanes, const double *const *v, i64 n) {
    Lanes m = *lanes;
    for (i64 i = 0; i < n; i++) step(&m, side_by_side(v, i));
    *lanes = m;
}

static void load_lane(Lanes *lanes, int lane, const Moments *m) {
    lanes->count[lane] = m->count;
    lanes->whole_numbers[lane] = (i64)m->whole_numbers;
    lanes->sum[lane] = m->sum;
    lanes->mean[lane] = m->mean;
    lanes->deviations[lane] = m->deviations;
    lanes->min[lane] = m->min;
    lanes->max[lane] = m->max;
}

static void store_lane(const Lanes *lanes, int lane, Moments *m) {
    *m = (Moments){lanes->count[lane], (double)lanes->whole_numbers[lane], lanes->sum[lane], lanes->mean[lane],
                   lanes->deviations[lane], lanes->min[lane], lanes->max[lane]};
}

/* Up to ABREAST streams of n[lane] numbers each. A lane that has ended, or that nobody needs, goes on with the
   numbers of another and is not looked at. */
static void add_abreast(Moments **moments, const double *const *values, const i64 *n, int lanes) {
    i64 done = 0;
    for (;;) {
        const double *v[ABREAST];
        Lanes m[ABREAST / LANES];
        i64 most = INT64_MAX;
        int some = -1;
        for (int j = 0; j < lanes; j++)
            if (n[j] > done) {
                some = j;
                most = n[j] < most ? n[j] : most;
            }
        if (some < 0) return;
        for (int j = 0; j < ABREAST; j++) {
            int from = j < lanes && n[j] > done ? j : some;
            v[j] = values[from] + done;
            load_lane(m + j / LANES, j % LANES, moments[from]);
        }
        (lanes > LANES ? steps : few_steps)(m, v, most - done);
        for (int j = 0; j < lanes; j++)
            if (n[j] > done) store_lane(m + j / LANES, j % LANES, moments[j]);
        done = most;
    }
}

#endif
