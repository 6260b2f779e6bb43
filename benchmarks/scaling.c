/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-scaling SHAPE FACTORS THREADS ALIKE ROUNDS EPOCHS WORKS: how work grows faster with
 * threads. It is linked statically and draws its matrix itself, so that it runs on any machine with
 * many cores; benchmarks/scaling makes its tables. THREADS, ALIKE and WORKS are lists with commas;
 * fits have so many EPOCHS.
 *
 * "time" lines are measured: wall seconds on each number of THREADS, the least of ROUNDS.
 *
 * "bound" lines are computed: for each number in ALIKE, the call runs once with so many workers
 * whose pieces of work all run on one thread, one after the other, through the context's runner.
 * CPU time of that thread is taken around each piece. What passes outside of all pieces is done by
 * one thread however many there are. The pieces of each region are then given, in their order, each
 * to the worker that is free first, as the library's own threads take them. The time outside and
 * the latest worker of every region add up to the time that so many cores like this one would need,
 * if nothing else were in their way: neither the memory that they share, nor waking.
 */
#include <time.h>

#include "shapes.h"

enum { LENGTH = 10, MAX_WORKERS = 1024, MAX_NUMBERS = 32, WAITS = 8 };

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double wall(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static double cpu(void)
{
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

/* ---- a runner that has one thread, and reckons for many ---- */

/* A time in which workers wait: outside of regions all but one, at the end of a region those that
 * find no more pieces. */
typedef struct wait {
    double seconds; /* by which the call takes longer */
    long region;    /* the number of the region, or of the one that follows */
    size_t pieces;  /* of that region; 0: none follows */
    double largest; /* seconds of the longest of these pieces */
} wait;

typedef struct reckoning {
    size_t workers;
    long regions;
    double last;     /* CPU time when the last region ended, or the call began */
    double alone;    /* seconds outside of regions */
    double busy;     /* seconds in pieces */
    double parallel; /* seconds until the latest worker is done, over all regions */
    double scarce;   /* seconds in pieces of regions that have fewer pieces than workers */
    wait outside[WAITS], inside[WAITS]; /* the longest, the longest first */
} reckoning;

static void note_wait(wait *waits, wait now)
{
    int at = WAITS - 1;
    if (now.seconds <= waits[at].seconds)
        return;
    for (; at > 0 && waits[at - 1].seconds < now.seconds; at--)
        waits[at] = waits[at - 1];
    waits[at] = now;
}

static void note_outside(reckoning *r, double seconds, size_t pieces)
{
    r->alone += seconds;
    note_wait(r->outside, (wait){seconds, r->regions, pieces, 0});
}

static int reckon_region(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    reckoning *const r = self;
    double free_at[MAX_WORKERS] = {0}, before = cpu(), busy = 0, latest = 0, largest = 0;
    note_outside(r, before - r->last, chunks);
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        size_t first = 0;
        task(job, chunk, 0);
        const double now = cpu(), seconds = now - before;
        before = now;
        for (size_t worker = 1; worker < r->workers; worker++)
            if (free_at[worker] < free_at[first])
                first = worker;
        free_at[first] += seconds;
        latest = free_at[first] > latest ? free_at[first] : latest;
        largest = seconds > largest ? seconds : largest;
        busy += seconds;
    }
    note_wait(r->inside, (wait){latest - busy / (double)r->workers, r->regions, chunks, largest});
    r->regions++;
    r->busy += busy;
    r->parallel += latest;
    if (chunks < r->workers)
        r->scarce += busy;
    r->last = cpu();
    return 0;
}

/* ---- what is timed ---- */

typedef struct bench {
    const shape *shape;
    int factors, epochs;
    wrmf_context *context;
    wrmf_matrix *matrix, *train, *test;
    wrmf_matrix *fresh; /* the same as train, of which nothing else is known: no transpose */
    wrmf_model *model;
    wrmf_evaluator *evaluator;
    char *text; /* the matrix as lines of text, for reading */
    size_t text_bytes, text_read;
    int64_t *lists, *counts;
} bench;

/* Each pair once, in an order that has nothing of rows and columns. */
static void write_text(bench *b)
{
    const int64_t *offsets;
    const int32_t *items;
    wrmf_matrix_csr(b->matrix, &offsets, &items, NULL);
    const int64_t users = wrmf_matrix_users(b->matrix), n = offsets[users];
    const int64_t step = INT64_C(1000000007); /* a prime above n */
    int32_t *const user = allocate(n, sizeof *user);
    for (int64_t u = 0; u < users; u++)
        for (int64_t i = offsets[u]; i < offsets[u + 1]; i++)
            user[i] = (int32_t)u;
    b->text = allocate(n, 24);
    for (int64_t k = 0, at = 0; k < n; k++, at = (at + step) % n)
        b->text_bytes += (size_t)sprintf(b->text + b->text_bytes, "u%ld,i%ld\n", (long)user[at],
                                         (long)items[at]);
    free(user);
}

static int64_t read_text(void *self, void *buffer, size_t capacity)
{
    bench *const b = self;
    const size_t left = b->text_bytes - b->text_read, n = left < capacity ? left : capacity;
    memcpy(buffer, b->text + b->text_read, n);
    b->text_read += n;
    return (int64_t)n;
}

static void run_read(bench *b)
{
    wrmf_input *input = NULL;
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_ids *users = NULL, *items = NULL;
    b->text_read = 0;
    TRY(wrmf_input_open_callback(b->context, b, read_text, "pairs", &input, &err));
    TRY(wrmf_reader_create(b->context, &reader, &err));
    TRY(wrmf_reader_set_header(reader, WRMF_HEADER_NO, &err));
    TRY(wrmf_reader_read(reader, input, &matrix, &users, &items, &err));
    if (wrmf_matrix_entries(matrix) != wrmf_matrix_entries(b->matrix))
        exit(1);
    wrmf_matrix_free(matrix);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    wrmf_reader_free(reader);
    wrmf_input_free(input);
}

static void make_fresh(bench *b)
{
    const int64_t *offsets;
    const int32_t *items;
    wrmf_model_free(b->model);
    b->model = NULL;
    wrmf_matrix_free(b->fresh);
    wrmf_matrix_csr(b->train, &offsets, &items, NULL);
    TRY(wrmf_matrix_borrow_csr(b->context, wrmf_matrix_users(b->train), wrmf_matrix_items(b->train),
                               offsets, items, NULL, &b->fresh, &err));
}

/* With the transpose, which the first fit of a matrix makes. */
static void run_fit(bench *b)
{
    wrmf_params *params = NULL;
    TRY(wrmf_params_create(b->context, &params, &err));
    TRY(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, b->factors, &err));
    TRY(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, b->epochs, &err));
    TRY(wrmf_params_parse(params, "alpha=40 regularization=0.1", &err));
    TRY(wrmf_model_fit(b->context, b->fresh, params, &b->model, &err));
    wrmf_params_free(params);
}

static void run_evaluation(bench *b)
{
    TRY(wrmf_evaluator_run(b->context, b->evaluator, b->model, &err));
}

static void run_objective(bench *b)
{
    double total;
    TRY(wrmf_model_objective(b->context, b->model, b->train, &total, NULL, NULL, NULL, &err));
}

static void run_lists(bench *b)
{
    wrmf_query *query = NULL;
    TRY(wrmf_query_create(b->context, b->model, WRMF_USERS, WRMF_ITEMS, &query, &err));
    TRY(wrmf_query_set_seen(query, b->train, &err));
    TRY(wrmf_query_set_length(query, LENGTH, &err));
    TRY(wrmf_query_run_batch(query, NULL, wrmf_model_users(b->model), b->lists, NULL, b->counts,
                             &err));
    wrmf_query_free(query);
}

/* As many configurations as the 2016 article has, of fewer epochs. */
static void run_grid(bench *b)
{
    static const int64_t epochs[] = {2};
    wrmf_grid *grid = NULL;
    TRY(wrmf_grid_create(b->context, b->train, NULL, &grid, &err));
    TRY(wrmf_grid_add(grid, "factors", "10,20,40,80,120", &err));
    TRY(wrmf_grid_add(grid, "alpha", "1,10,40,100,500,1000", &err));
    TRY(wrmf_grid_add(grid, "regularization", "0.001,0.01,0.1,1,10,100", &err));
    TRY(wrmf_grid_set_epochs(grid, epochs, 1, &err));
    TRY(wrmf_grid_add_evaluator(grid, "test", b->evaluator, &err));
    TRY(wrmf_grid_run(b->context, grid, &err));
    wrmf_grid_free(grid);
}

static void do_nothing(bench *b)
{
    (void)b;
}

static const struct work {
    const char *name;
    void (*before)(bench *b); /* is not timed */
    void (*run)(bench *b);
} works[] = {{"read", do_nothing, run_read},
             {"fit", make_fresh, run_fit},
             {"evaluation", do_nothing, run_evaluation},
             {"objective", do_nothing, run_objective},
             {"lists", do_nothing, run_lists},
             {"grid", do_nothing, run_grid}};

static void open_bench(bench *b, const char *shape_name, int factors)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_NDCG};
    static const int64_t cutoffs[] = {LENGTH};
    *b = (bench){.shape = find_shape(shape_name), .factors = factors};
    TRY(wrmf_context_create(&b->context, &err));
    b->matrix = draw_matrix(b->context, b->shape);
    TRY(wrmf_matrix_split(b->matrix, 5, 0.1, 1, &b->train, &b->test, NULL, NULL, &err));
    TRY(wrmf_evaluator_create(b->context, b->test, b->train, &b->evaluator, &err));
    TRY(wrmf_evaluator_set_metrics(b->evaluator, metrics, 2, &err));
    TRY(wrmf_evaluator_set_cutoffs(b->evaluator, cutoffs, 1, &err));
    b->lists = allocate(b->shape->users * LENGTH, sizeof *b->lists);
    b->counts = allocate(b->shape->users, sizeof *b->counts);
}

static void make_ready(bench *b, const struct work *work)
{
    if (work->run == run_read && !b->text)
        write_text(b);
    if (work->run != run_read && work->run != run_fit && work->run != run_grid && !b->model) {
        make_fresh(b);
        run_fit(b);
    }
}

/* ---- both ways ---- */

static void time_work(bench *b, const struct work *work, const int *threads, int n, int rounds)
{
    double one = 0;
    for (int i = 0; i < n; i++) {
        double least = 0;
        TRY(wrmf_context_set_threads(b->context, threads[i], &err));
        for (int round = 0; round < rounds; round++) {
            work->before(b);
            const double start = wall();
            work->run(b);
            const double seconds = wall() - start;
            least = round == 0 || seconds < least ? seconds : least;
        }
        one = i == 0 ? least * threads[0] : one;
        printf("time %s %d %s %d %.4f %.2f\n", b->shape->name, b->factors, work->name, threads[i],
               least, one / least);
        fflush(stdout);
    }
}

/* The longest waits, for who wants to mend them. */
static void print_waits(const bench *b, const struct work *work, const reckoning *r)
{
    for (int kind = 0; kind < 2; kind++) {
        const wait *const waits = kind == 0 ? r->outside : r->inside;
        for (int i = 0; i < WAITS && waits[i].seconds > 0; i++)
            printf("%s %s %d %s %zu %.3f %ld %zu %.3f\n", kind == 0 ? "outside" : "inside",
                   b->shape->name, b->factors, work->name, r->workers, 1e3 * waits[i].seconds,
                   waits[i].region, waits[i].pieces, 1e3 * waits[i].largest);
    }
    fflush(stdout);
}

static void bound_work(bench *b, const struct work *work, const int *alike, int n)
{
    for (int i = 0; i < n; i++) {
        reckoning r = {.workers = (size_t)alike[i]};
        TRY(wrmf_context_set_runner(b->context, &r, reckon_region, alike[i], &err));
        work->before(b);
        r.last = cpu();
        work->run(b);
        note_outside(&r, cpu() - r.last, 0);
        const double total = r.alone + r.busy;
        printf("bound %s %d %s %d %.4f %.4f %.2f %ld %.2f %.1f\n", b->shape->name, b->factors,
               work->name, alike[i], total, r.alone, 100 * r.alone / total, r.regions,
               100 * r.scarce / total, total / (r.alone + r.parallel));
        print_waits(b, work, &r);
    }
    TRY(wrmf_context_set_threads(b->context, 1, &err));
}

static int numbers_of(const char *text, int *numbers)
{
    int n = 0;
    for (char *end; n < MAX_NUMBERS; text = end + 1) {
        const long number = strtol(text, &end, 10);
        if (end == text)
            break;
        if (number > 0 && number <= MAX_WORKERS)
            numbers[n++] = (int)number;
        if (*end != ',')
            break;
    }
    return n;
}

static int is_named(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == '\0' || at[length] == ','))
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    int threads[MAX_NUMBERS], alike[MAX_NUMBERS];
    bench b;
    if (argc != 8) {
        fprintf(stderr, "usage: bench-scaling SHAPE FACTORS THREADS ALIKE ROUNDS EPOCHS WORKS\n");
        return 2;
    }
    const int n_threads = numbers_of(argv[3], threads), n_alike = numbers_of(argv[4], alike);
    open_bench(&b, argv[1], atoi(argv[2]));
    b.epochs = atoi(argv[6]);
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        if (!is_named(argv[7], works[i].name))
            continue;
        make_ready(&b, &works[i]);
        time_work(&b, &works[i], threads, n_threads, atoi(argv[5]));
        bound_work(&b, &works[i], alike, n_alike);
    }
    return 0;
}
