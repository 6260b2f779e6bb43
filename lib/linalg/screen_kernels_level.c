/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernels of screen_kernels.h, compiled once per CPU level.
 */
#include <math.h>
#include <string.h>

#include "linalg/kernel_levels.h"
#include "linalg/template.h"

#if defined(WRMF_NEON)
#include <arm_neon.h>
#elif defined(__SSE2__)
#include <immintrin.h>
#endif

/* Whether coordinates have 8 bits, or 16. */
#if defined(__AVX512VNNI__) && WRMF_VECTOR_BYTES == 64
#define EIGHT_BITS 1
#else
#define EIGHT_BITS 0
#endif

enum { PANEL = WRMF_I_SCREEN_PANEL, TILE = WRMF_I_SCREEN_TILE, LANES = WRMF_VECTOR_BYTES / 4 };
/* Vectors of a panel whose sums for a tile fit the registers. */
#if WRMF_VECTOR_BYTES == 64
enum { VECTORS = 4 };
#else
enum { VECTORS = 2 }; /* NEON has room for 4, of which nobody has measured what they gain */
#endif

typedef int32_t words __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef float floats __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef int32_t words_unaligned
    __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias, aligned(4)));

/* sums + the products of the coordinates in each word. The instructions for it have
 * no portable spelling. */
static ALWAYS_INLINE words add_products(words sums, words rows, words query)
{
#if EIGHT_BITS
    return (words)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)rows, (__m512i)query);
#elif defined(__AVX512BW__) && WRMF_VECTOR_BYTES == 64
    return sums + (words)_mm512_madd_epi16((__m512i)rows, (__m512i)query);
#elif defined(__AVX2__) && WRMF_VECTOR_BYTES == 32
    return sums + (words)_mm256_madd_epi16((__m256i)rows, (__m256i)query);
#elif defined(__SSE2__) && WRMF_VECTOR_BYTES == 16
    return sums + (words)_mm_madd_epi16((__m128i)rows, (__m128i)query);
#elif defined(WRMF_NEON)
    const int16x8_t x = (int16x8_t)rows, y = (int16x8_t)query;
    const int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y));
    return sums + (words)vpaddq_s32(low, vmull_high_s16(x, y));
#else
    return sums + (rows >> 16) * (query >> 16) + (rows << 16 >> 16) * (query << 16 >> 16);
#endif
}

/* One bit a lane. */
static ALWAYS_INLINE uint64_t lanes_above(words sums, words limit)
{
#if defined(__AVX512F__) && WRMF_VECTOR_BYTES == 64
    return _mm512_cmpgt_epi32_mask((__m512i)sums, (__m512i)limit);
#elif defined(__AVX2__) && WRMF_VECTOR_BYTES == 32
    return (uint32_t)_mm256_movemask_ps((__m256)(sums > limit));
#elif defined(__SSE2__) && WRMF_VECTOR_BYTES == 16
    return (uint32_t)_mm_movemask_ps((__m128)(sums > limit));
#elif defined(WRMF_NEON)
    const uint32x4_t bits = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32((uint32x4_t)(sums > limit), bits));
#else
    uint64_t bits = 0;
    for (int lane = 0; lane < LANES; lane++)
        bits |= (uint64_t)(sums[lane] > limit[lane]) << lane;
    return bits;
#endif
}

/* Sums of a tile for the VECTORS * LANES rows of a panel from `rows` on. */
static ALWAYS_INLINE void multiply(const int32_t *const *queries, const int32_t *rows,
                                   int64_t n_words, words sums[TILE][VECTORS])
{
    for (int u = 0; u < TILE; u++)
        for (int v = 0; v < VECTORS; v++)
            sums[u][v] = (words){0};
    for (int64_t k = 0; k < n_words; k++) {
        words y[VECTORS];
        for (int v = 0; v < VECTORS; v++)
            y[v] = *(const words_unaligned *)(rows + k * PANEL + v * LANES);
#pragma GCC unroll 6
        for (int u = 0; u < TILE; u++) {
            const words x = queries[u][k] - (words){0};
            for (int v = 0; v < VECTORS; v++)
                sums[u][v] = add_products(sums[u][v], y[v], x);
        }
    }
}

/* Fill the last tile with the first query; returns how many there are then. */
static int64_t fill_tile(wrmf_i_screen_queries *queries)
{
    int64_t n = queries->n;
    for (; n % TILE; n++)
        queries->words[n] = queries->words[0];
    return n;
}

/* A sum must be above the limit. What comes before the conversion is off by far less
 * than 1, which is taken off once more; sums are below 2^28. The conversion is a loop of its own,
 * since compilers make it before they look at the bounds, and it traps beyond them. */
static void find_limits(const wrmf_i_screen_queries *queries, const wrmf_i_screen_panel *panel,
                        int32_t *limits)
{
    const double far = 1 << 29;
    double in_bounds[WRMF_I_SCREEN_QUERIES];
    for (int64_t i = 0; i < queries->n; i++) {
        const double t = queries->threshold[i] - queries->loss[i] * panel->length -
                         queries->length[i] * panel->loss;
        double limit = t * queries->per_step[i] * panel->per_step;
        limit = limit < -far ? -far : limit;
        in_bounds[i] = limit > far ? far : limit;
    }
    for (int64_t i = 0; i < queries->n; i++)
        limits[i] = (int32_t)in_bounds[i] - 2 + queries->shift[i];
}

static void reach(wrmf_i_screen_queries *queries, const wrmf_i_screen_panel *panel, int64_t n_words,
                  uint64_t *masks)
{
    int32_t limits[WRMF_I_SCREEN_QUERIES] = {0};
    const int64_t n = fill_tile(queries);
    find_limits(queries, panel, limits);
    for (int64_t i = 0; i < n; i += TILE) {
        for (int u = 0; u < TILE; u++)
            masks[i + u] = 0;
        for (int first = 0; first < PANEL; first += VECTORS * LANES) {
            words sums[TILE][VECTORS];
            multiply(queries->words + i, panel->words + first, n_words, sums);
            for (int u = 0; u < TILE; u++) {
                const words limit = limits[i + u] - (words){0};
                for (int v = 0; v < VECTORS; v++)
                    masks[i + u] |= lanes_above(sums[u][v], limit) << (first + v * LANES);
            }
        }
    }
}

/* Raise the peaks of one query to what its scores are at least: sums times the steps,
 * less `loss`. */
static ALWAYS_INLINE void raise_peaks(const words *sums, int32_t shift, float steps, float loss,
                                      uint64_t left_out, float *peaks)
{
    float low[VECTORS * LANES];
    for (int v = 0; v < VECTORS; v++) {
        const floats values = __builtin_convertvector(sums[v] - shift, floats) * steps - loss;
        memcpy(low + v * LANES, &values, sizeof values);
    }
    for (; left_out; left_out &= left_out - 1)
        low[__builtin_ctzll(left_out)] = -INFINITY;
    for (int i = 0; i < VECTORS * LANES; i++)
        peaks[i] = low[i] > peaks[i] ? low[i] : peaks[i];
}

static void peak(wrmf_i_screen_queries *queries, const wrmf_i_screen_panel *panel, int64_t n_words,
                 const uint64_t *left_out, float *peaks)
{
    enum { ROWS = VECTORS * LANES };
    const uint64_t rows = ROWS == 64 ? ~UINT64_C(0) : (UINT64_C(1) << ROWS % 64) - 1;
    const int64_t n = fill_tile(queries);
    for (int64_t i = 0; i < n; i += TILE) {
        for (int first = 0; first < PANEL; first += ROWS) {
            words sums[TILE][VECTORS];
            multiply(queries->words + i, panel->words + first, n_words, sums);
            for (int64_t u = 0; u < TILE && i + u < queries->n; u++) {
                const double steps = 1 / (queries->per_step[i + u] * panel->per_step);
                /* what single precision rounds is below 2^-20 of |x||y| */
                const double loss = queries->loss[i + u] * panel->length +
                                    queries->length[i + u] * (panel->loss + panel->length * 1e-6);
                raise_peaks(sums[u], queries->shift[i + u], (float)steps, (float)loss,
                            left_out[i + u] >> first & rows, peaks + (i + u) * PANEL + first);
            }
        }
    }
}

static int64_t count_from(const float *peaks, float least)
{
    int32_t n = 0;
    for (int i = 0; i < PANEL; i++)
        n += peaks[i] >= least;
    return n;
}

static float kth(const float *peaks, int64_t k)
{
    float low = peaks[0], high = peaks[0];
    for (int i = 0; i < PANEL; i++) {
        low = peaks[i] < low ? peaks[i] : low;
        high = peaks[i] > high ? peaks[i] : high;
    }
    if (high == -INFINITY)
        return -INFINITY;
    if (low == -INFINITY) { /* not all have a value */
        low = high > 0 ? 0 : 2 * high;
        if (count_from(peaks, low) < k)
            return -INFINITY;
    }
    for (int halvings = 0; halvings < 12; halvings++) {
        const float middle = low + (high - low) / 2;
        if (count_from(peaks, middle) < k)
            high = middle;
        else
            low = middle;
    }
    return low;
}

const wrmf_i_screen_kernels WRMF_I_PASTE(wrmf_i_screen_kernels_, WRMF_LEVEL) = {
#if EIGHT_BITS
    .bits = 8,
    .offset = 128,
    .largest = 127,
#else
    .bits = 16,
    .offset = 0,
    .largest = 255,
#endif
    .reach = reach,
    .peak = peak,
    .kth = kth,
};
