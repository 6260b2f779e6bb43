/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel of sieve_kernels.h, compiled once per CPU level.
 */
#include <string.h>

#include "linalg/factors.h"
#include "linalg/kernel_levels.h"
#include "linalg/template.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { PANEL = WRMF_I_SIEVE_PANEL, LANES = WRMF_VECTOR_BYTES / 4, IN_WORD = WRMF_I_SIEVE_IN_WORD };
/* Vectors of a panel whose sums are made at a time: the whole panel where that is possible, so that
 * memory is read in its order. */
enum { VECTORS = WRMF_VECTOR_BYTES == 16 ? 4 : PANEL / LANES, ROWS = VECTORS * LANES };
/* Words whose products fit 16 bits: 8 numbers a word in two sums, each at most 15 * 127. */
enum { WORDS_IN_16_BITS = 4 };
/* Bytes that are prefetched before they are needed. */
enum { AHEAD = 4096 };

typedef int32_t words __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef float floats __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef int16_t halves __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef int32_t words_unaligned
    __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias, aligned(4)));

#if (defined(__AVX512BW__) && WRMF_VECTOR_BYTES == 64) ||                                          \
    (defined(__AVX2__) && WRMF_VECTOR_BYTES == 32)
#define BYTES_TIMES_BYTES 1
#else
#define BYTES_TIMES_BYTES 0
#endif

enum { PARTS = BYTES_TIMES_BYTES ? 2 : 4 }; /* words that a query has for one of a row */

/* A query as the level's instructions want it, PARTS words for each word of a row: the
 * coordinates that meet its even and odd numbers, as bytes; or those that meet numbers i of both
 * of its halves, as halves. */
typedef struct spread_query {
    int32_t words[WRMF_I_MAX_FACTORS / IN_WORD][PARTS];
} spread_query;

static int32_t packed_bytes(const int8_t *q)
{
    uint32_t word = 0;
    for (int i = 0; i < 4; i++)
        word |= (uint32_t)(uint8_t)q[2 * i] << 8 * i;
    return (int32_t)word;
}

static int32_t packed_halves(const int8_t *q)
{
    return (int32_t)((uint32_t)(uint16_t)q[0] | (uint32_t)(uint16_t)q[4] << 16);
}

static void spread(const wrmf_i_sieve_query *query, spread_query *to)
{
    for (int64_t k = 0; k < query->words; k++)
        for (int i = 0; i < PARTS; i++)
            to->words[k][i] = BYTES_TIMES_BYTES ? packed_bytes(query->row + k * IN_WORD + i)
                                                : packed_halves(query->row + k * IN_WORD + i);
}

#if BYTES_TIMES_BYTES
/* Products of bytes 0 .. 15 of rows with signed bytes of a query, neighbours added. */
static ALWAYS_INLINE halves byte_products(words rows, words query)
{
#if WRMF_VECTOR_BYTES == 64
    return (halves)_mm512_maddubs_epi16((__m512i)rows, (__m512i)query);
#else
    return (halves)_mm256_maddubs_epi16((__m256i)rows, (__m256i)query);
#endif
}
#endif

/* sums + the products of the eight coordinates in each word of rows. */
static ALWAYS_INLINE halves add_products(halves sums, words rows, const int32_t *query)
{
#if BYTES_TIMES_BYTES
    const words nibbles = 0x0f0f0f0f - (words){0};
    sums += byte_products(rows & nibbles, query[0] - (words){0});
    return sums + byte_products(rows >> 4 & nibbles, query[1] - (words){0});
#else
    const words nibbles = 0x000f000f - (words){0};
    for (int i = 0; i < PARTS; i++)
        sums += (halves)(rows >> 4 * i & nibbles) * (halves)(query[i] - (words){0});
    return sums;
#endif
}

/* sums + both halves of each word. */
static ALWAYS_INLINE words add_halves(words sums, halves both)
{
#if BYTES_TIMES_BYTES && WRMF_VECTOR_BYTES == 64
    return sums + (words)_mm512_madd_epi16((__m512i)both, _mm512_set1_epi16(1));
#elif BYTES_TIMES_BYTES
    return sums + (words)_mm256_madd_epi16((__m256i)both, _mm256_set1_epi16(1));
#else
    return sums + ((words)both >> 16) + ((words)both << 16 >> 16);
#endif
}

/* Bit i: lane i is not below the limit. */
static ALWAYS_INLINE uint64_t lanes_from(floats values, floats limit)
{
#if defined(__AVX512F__) && WRMF_VECTOR_BYTES == 64
    return _mm512_cmp_ps_mask((__m512)values, (__m512)limit, _CMP_GE_OQ);
#elif defined(__AVX2__) && WRMF_VECTOR_BYTES == 32
    return (uint32_t)_mm256_movemask_ps((__m256)(values >= limit));
#elif defined(__SSE2__) && WRMF_VECTOR_BYTES == 16
    return (uint32_t)_mm_movemask_ps((__m128)(values >= limit));
#else
    uint64_t bits = 0;
    for (int lane = 0; lane < LANES; lane++)
        bits |= (uint64_t)(values[lane] >= limit[lane]) << lane;
    return bits;
#endif
}

/* Ask for the line that is AHEAD. */
static ALWAYS_INLINE void prefetch(const uint32_t *at)
{
    __builtin_prefetch((const char *)at + AHEAD);
}

static ALWAYS_INLINE floats load_floats(const uint32_t *from)
{
    return (floats)(*(const words_unaligned *)from);
}

/* The products of ROWS rows of a panel with the query, whole numbers. */
static ALWAYS_INLINE void multiply(const spread_query *query, int64_t n_words, const uint32_t *rows,
                                   words sums[VECTORS])
{
    for (int v = 0; v < VECTORS; v++)
        sums[v] = (words){0};
    for (int64_t first = 0; first < n_words; first += WORDS_IN_16_BITS) {
        const int64_t left = n_words - first;
        const int64_t last = first + (left < WORDS_IN_16_BITS ? left : WORDS_IN_16_BITS);
        halves part[VECTORS];
        for (int v = 0; v < VECTORS; v++)
            part[v] = (halves){0};
        for (int64_t k = first; k < last; k++) {
            const uint32_t *const at = rows + k * PANEL;
            for (int line = 0; line < ROWS / 16; line++)
                prefetch(at + line * 16);
            for (int v = 0; v < VECTORS; v++)
                part[v] = add_products(part[v], *(const words_unaligned *)(at + v * LANES),
                                       query->words[k]);
        }
        for (int v = 0; v < VECTORS; v++)
            sums[v] = add_halves(sums[v], part[v]);
    }
}

/* What x^.y^ + |x^| |dy|, in steps of the query and parts of the panel's scale, is to reach. Single
 * precision rounds less than 2^-20 of |x^| |y| and of the limit; and a limit that is out of its
 * range may as well be at the end of it. */
static float limit_of(const wrmf_i_sieve_query *query, const wrmf_i_sieve_panel *panel)
{
    const double far = 1e30;
    const double t = query->threshold - query->loss * panel->length;
    double limit = t * query->per_step / panel->scale;
    limit = limit < -far ? -far : limit;
    limit = limit > far ? far : limit;
    const double size = limit < 0 ? -limit : limit;
    return (float)(limit - 1e-6 * (size + query->length * (panel->length / panel->scale + 2)));
}

static void reach(const wrmf_i_sieve_query *query, const wrmf_i_sieve_panel *panels,
                  const uint32_t *packed, int64_t n, uint64_t *masks)
{
    spread_query spreads;
    spread(query, &spreads);
    const floats length = (float)query->length - (floats){0};
    const words shift = WRMF_I_SIEVE_LEAST * query->sum - (words){0};
    for (int64_t i = 0; i < n; i++) {
        const uint32_t *const panel = packed + i * wrmf_i_sieve_panel_size(query->words);
        const floats limit = limit_of(query, &panels[i]) - (floats){0};
        masks[i] = 0;
        for (int first = 0; first < PANEL; first += ROWS) {
            words sums[VECTORS];
            multiply(&spreads, query->words, panel + WRMF_I_SIEVE_ROWS + first, sums);
            for (int v = 0; v < VECTORS; v++) {
                const int at = first + v * LANES;
                prefetch(panel + WRMF_I_SIEVE_STEPS + at);
                prefetch(panel + WRMF_I_SIEVE_LOSSES + at);
                const floats step = load_floats(panel + WRMF_I_SIEVE_STEPS + at);
                const floats loss = load_floats(panel + WRMF_I_SIEVE_LOSSES + at);
                const floats whole = __builtin_convertvector(sums[v] + shift, floats);
                masks[i] |= lanes_from(whole * step + length * loss, limit) << at;
            }
        }
    }
}

const wrmf_i_sieve_kernels WRMF_I_PASTE(wrmf_i_sieve_kernels_, WRMF_LEVEL) = {
    .reach = reach,
};
