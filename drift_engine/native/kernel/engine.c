/* The kernel: blocks of CSV and JSON lines, text columns and typed numbers to the states of drift_engine/states,
   bit for bit.

   No Python in here: the caller (drift_engine/native) owns files, threads and order. A Scanner belongs to one
   thread at a time, and so does a column's Stream. Compiled as this one file. */
#include "columns.h"
#include "json.h"
#include "print.h"
#include "streams.h"

/* Change this number with every change of what the Python side knows of layouts and signatures. */
EXPORT i64 de_version(void) { return 6; }

EXPORT u64 de_tally_size(void) { return sizeof(Tally); }

/* Give the kernel its tables once; `powers` and `float_of` must live as long as it does. */
EXPORT void de_start(const u64 *powers, const i64 *capacities, double (*float_of)(const u8 *, u64)) {
    POWERS = powers;
    memcpy(CAPACITY, capacities, sizeof CAPACITY);
    MOST_KEPT = 0;
    for (int h = 0; h < MOST_LEVELS; h++) MOST_KEPT += CAPACITY[h];
    FLOAT_OF = float_of;
}

/* One text's hash, type, number; what the self-test asks. At least SPARE bytes stand behind the text. */
EXPORT u64 de_hash(const u8 *text, u64 length) { return hash_text(text, length); }

EXPORT int de_number(const u8 *text, u64 length, double *value, i64 *whole) {
    Number found = read_number(text, length);
    *value = found.value;
    *whole = found.whole;
    return found.type | found.numbered << 4;
}
