/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/screen.h"

#include "base/carve.h"
#include "rank/length_order.h"
#include "rank/rank_tmpl.h"

enum {
    PANEL = WRMF_I_SCREEN_PANEL,
    ROWS = 256, /* rows that a task measures */
    PANELS = 4, /* panels that a task packs */
};

static int64_t panels_of(const wrmf_i_table *table)
{
    return (table->rows.n + PANEL - 1) / PANEL;
}

/* Words of a rounded row where coordinates have 16 bits; with 8 there are fewer. */
static size_t most_words(const wrmf_i_table *table)
{
    return ((size_t)table->rows.factors + 1) / 2;
}

static size_t lay_out(const wrmf_i_table *table, wrmf_i_screen *screen, void *memory)
{
    const size_t n = (size_t)table->rows.n, panels = (size_t)panels_of(table);
    const size_t row = (size_t)table->rows.factors * wrmf_i_factors_number_bytes(&table->rows);
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    screen->order = wrmf_i_carve(&carver, n, sizeof *screen->order);
    screen->place = wrmf_i_carve(&carver, n, sizeof *screen->place);
    screen->bounds = wrmf_i_carve(&carver, panels, sizeof *screen->bounds);
    screen->lengths = wrmf_i_carve(&carver, n, sizeof *screen->lengths);
    screen->buckets = wrmf_i_carve(&carver, WRMF_I_LENGTH_BUCKETS, sizeof *screen->buckets);
    screen->packed =
        wrmf_i_carve_matrix(&carver, panels, most_words(table) * PANEL, sizeof *screen->packed);
    screen->unit = wrmf_i_carve(&carver, table->unit ? n : 0, row);
    return wrmf_i_carver_bytes(&carver);
}

size_t wrmf_i_screen_bytes(const wrmf_i_table *table)
{
    wrmf_i_screen screen;
    return lay_out(table, &screen, NULL);
}

typedef struct make_job {
    const wrmf_i_table *table;
    wrmf_i_screen *screen;
} make_job;

static void measure_chunk(void *self, size_t chunk, size_t worker)
{
    const make_job *const job = self;
    const int64_t first = (int64_t)chunk * ROWS, n = job->table->rows.n;
    const int64_t last = first + ROWS < n ? first + ROWS : n;
    (void)worker;
    wrmf_i_rank_functions_of(job->table)->screen_measure(job->table, job->screen, first, last);
}

static void pack_chunk(void *self, size_t chunk, size_t worker)
{
    const make_job *const job = self;
    const int64_t first = (int64_t)chunk * PANELS, n = job->screen->panels;
    const int64_t last = first + PANELS < n ? first + PANELS : n;
    (void)worker;
    wrmf_i_rank_functions_of(job->table)->screen_pack(job->table, job->screen, first, last);
}

wrmf_status wrmf_i_screen_make(wrmf_context *context, wrmf_i_table *table, wrmf_i_screen *screen,
                               void *memory, wrmf_error *err)
{
    table->screen = NULL;
    *screen = (wrmf_i_screen){.kernels = wrmf_i_screen_kernels_get(context->cpu)};
    (void)lay_out(table, screen, memory);
    const int64_t in_word = 32 / screen->kernels->bits;
    screen->panels = panels_of(table);
    screen->words = (table->rows.factors + in_word - 1) / in_word;
    screen->rows = table->unit ? screen->unit : table->rows.data;
    screen->stride = table->unit ? table->rows.factors : table->rows.stride;
    make_job job = {table, screen};
    WRMF_I_TRY(wrmf_i_parallel(context, (size_t)((table->rows.n + ROWS - 1) / ROWS), measure_chunk,
                               &job, err));
    for (int64_t row = 0; row < table->rows.n; row++)
        if (!(screen->lengths[row] < WRMF_I_SCREEN_LONGEST))
            return WRMF_OK;
    wrmf_i_order_by_length(screen->lengths, table->rows.n, screen->buckets, screen->order);
    for (int64_t place = 0; place < table->rows.n; place++)
        screen->place[screen->order[place]] = (int32_t)place;
    WRMF_I_TRY(wrmf_i_parallel(context, (size_t)((screen->panels + PANELS - 1) / PANELS),
                               pack_chunk, &job, err));
    for (int64_t panel = screen->panels - 2; panel >= 0; panel--) {
        wrmf_i_screen_panel *const bounds = screen->bounds + panel;
        if (bounds[0].length < bounds[1].length)
            bounds[0].length = bounds[1].length;
    }
    table->screen = screen;
    return WRMF_OK;
}
