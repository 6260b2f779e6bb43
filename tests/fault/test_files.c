/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that are written while system calls fail: the old file stays or the new one is there, as a
 * whole; no temporary file is left; the error names the file and the system's reason. Signals that
 * writing raises are a status; and what killed processes leave is removed by the next writer.
 */
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "failing_calls.h"
#include "wrmf/wrmf.h"

enum { ROWS = 300 };

static char folder[32], path[64];
static wrmf_model *model;
static wrmf_matrix *matrix;
static wrmf_ids *ids;

static int set_up(void **state)
{
    fixture_set_up(state);
    strcpy(folder, "files-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/target", folder);
    int64_t *const pairs = malloc(2 * ROWS * ROWS * sizeof *pairs);
    for (int64_t i = 0; i < ROWS * ROWS; i++) {
        pairs[i] = i / ROWS;
        pairs[ROWS * ROWS + i] = i % ROWS;
    }
    MUST(wrmf_matrix_from_triplets(context, ROWS, ROWS, ROWS * ROWS, pairs, pairs + ROWS * ROWS,
                                   NULL, WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    free(pairs);
    MUST(wrmf_model_create(context, ROWS, ROWS, NULL, &model, err));
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    char id[400];
    memset(id, 'i', sizeof id);
    for (int i = 0; i < ROWS; i++) {
        snprintf(id, 8, "%06d", i);
        id[6] = 'i';
        id[7] = 'i';
        MUST(wrmf_ids_add(ids, id, sizeof id, NULL, err));
    }
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left in it */
    wrmf_ids_free(ids);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    return fixture_tear_down(state);
}

/* ---- files ---- */

static void put_old(void)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fputs("old", file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
}

/* What is at path, in memory that the caller frees. */
static char *contents(size_t *size)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *const text = malloc(*size + 1);
    assert_int_equal(fread(text, 1, *size, file), *size);
    fclose(file);
    return text;
}

static int files_in_folder(void)
{
    int n = 0;
    DIR *const all = opendir(folder);
    assert_non_null(all);
    for (struct dirent *one = readdir(all); one; one = readdir(all))
        n += strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0;
    closedir(all);
    return n;
}

static void check_contents(const char *wanted, size_t size)
{
    size_t found;
    char *const text = contents(&found);
    assert_int_equal(found, size);
    assert_memory_equal(text, wanted, size);
    free(text);
    assert_int_equal(files_in_folder(), 1);
}

/* ---- system calls that fail ---- */

typedef wrmf_status (*save_fn)(wrmf_error *err);

static wrmf_status save_model(wrmf_error *err)
{
    return wrmf_model_save(model, path, err);
}

/* Opens path, writes by a function, and closes. */
#define SAVES(name, call)                                                                          \
    static wrmf_status name(wrmf_error *err)                                                       \
    {                                                                                              \
        wrmf_output *output = NULL;                                                                \
        wrmf_status status = wrmf_output_open_path(context, path, &output, err);                   \
        if (status == WRMF_OK)                                                                     \
            status = (call);                                                                       \
        if (status == WRMF_OK)                                                                     \
            status = wrmf_output_close(output, err);                                               \
        wrmf_output_free(output);                                                                  \
        return status;                                                                             \
    }
SAVES(save_matrix, wrmf_matrix_write_market(matrix, output, err))
SAVES(save_ids, wrmf_ids_write(ids, output, err))

/* One fault at the n-th call of a kind. False: there were fewer calls. */
static bool survives(save_fn save, file_call call, long n, int error, const char *new, size_t size)
{
    wrmf_error failure = {WRMF_OK, ""};
    put_old();
    fail_call(call, n, error);
    const wrmf_status status = save(&failure);
    const bool came = disarm_calls();
    size_t found;
    char *const text = contents(&found);
    const bool is_new = found == size && memcmp(text, new, size) == 0;
    const bool is_old = found == 3 && memcmp(text, "old", 3) == 0;
    free(text);
    if (!came || error == EINTR) {
        assert_int_equal(status, WRMF_OK);
        assert_true(is_new);
    } else if (status == WRMF_OK) { /* looking for left-overs, or the folder, which is flushed */
        assert_true(call == CALL_OPEN || call == CALL_CLOSE);
        assert_true(is_new);
    } else {
        check_failure(status, &failure, WRMF_E_IO, path, file_call_names[call], __LINE__);
        assert_non_null(strstr(failure.text, strerror(error)));
        /* where the file has its name already, it is the new one */
        assert_true(is_old || (is_new && (call == CALL_FLUSH || call == CALL_CLOSE)));
    }
    assert_int_equal(files_in_folder(), 1);
    return came;
}

static void sweep(save_fn save, int least_writes)
{
    size_t size;
    MUST(save(err));
    char *const new = contents(&size);
    static const int errors[] = {ENOSPC, EINTR};
    for (int call = 0; call < FILE_CALLS; call++)
        for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) {
            long n = 1;
            while (survives(save, (file_call)call, n, errors[e], new, size))
                n++;
            if (call == CALL_WRITE || call == CALL_SHORT_WRITE)
                assert_true(n > least_writes);
        }
    free(new);
}

static void models(void **state)
{
    (void)state;
    sweep(save_model, 2);
}

static void matrices(void **state)
{
    (void)state;
    sweep(save_matrix, 5);
}

static void lists_of_ids(void **state)
{
    (void)state;
    sweep(save_ids, 2);
}

/* ---- reading ---- */

static off_t shorter;

static void cut_in_place(void)
{
    assert_int_equal(truncate(path, shorter), 0);
}

/* A model is read while its file cannot be, and while somebody cuts the file short in place. */
static void models_that_cannot_be_read(void **state)
{
    (void)state;
    wrmf_model *const none = (wrmf_model *)&machine, *loaded = none;
    size_t size;
    MUST(wrmf_model_set_ids(model, WRMF_ITEMS, ids, err));
    MUST(save_model(err));
    char *const whole = contents(&size);
    long reads = 0;
    for (bool came = true; came; reads++) {
        wrmf_error failure = {WRMF_OK, ""};
        fail_call(CALL_READ, reads + 1, EIO);
        const wrmf_status status = wrmf_model_load(context, path, &loaded, &failure);
        came = disarm_calls();
        if (came) {
            check_failure(status, &failure, WRMF_E_IO, path, "read", __LINE__);
            assert_non_null(strstr(failure.text, strerror(EIO)));
            assert_ptr_equal(loaded, none);
        }
    }
    wrmf_model_free(loaded);
    loaded = none;
    assert_in_range(reads, 5, 50);
    for (long n = 1; n < reads; n++)
        for (shorter = 0; shorter < (off_t)size; shorter += (off_t)size / 5) {
            before_read(n, cut_in_place);
            const wrmf_status status = wrmf_model_load(context, path, &loaded, NULL);
            before_read(0, NULL);
            if (status == WRMF_OK) /* it was cut behind what was still to be read */
                wrmf_model_free(loaded);
            else
                assert_true(loaded == none && status == WRMF_E_IO);
            loaded = none;
            FILE *const file = fopen(path, "wb");
            assert_non_null(file);
            assert_int_equal(fwrite(whole, 1, size, file), size);
            assert_int_equal(fclose(file), 0);
        }
    free(whole);
}

/* ---- signals ---- */

static void a_pipe_that_nobody_reads(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    wrmf_output *output = NULL;
    MUST(wrmf_output_open_fd(context, ends[1], "pipe", &output, err));
    FAILS(WRMF_E_IO, strerror(EPIPE), wrmf_model_write(model, output, err));
    FAILS(WRMF_E_IO, "pipe", wrmf_output_close(output, err));
    wrmf_output_free(output);
    sigset_t pending, mask;
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert_false(sigismember(&pending, SIGPIPE) || sigismember(&mask, SIGPIPE));
    /* one that was pending before is the host's, and stays */
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &one, NULL);
    raise(SIGPIPE);
    MUST(wrmf_output_open_fd(context, ends[1], "pipe", &output, err));
    FAILS(WRMF_E_IO, strerror(EPIPE), wrmf_model_write(model, output, err));
    wrmf_output_free(output);
    sigpending(&pending);
    assert_true(sigismember(&pending, SIGPIPE));
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR); /* which discards it */
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    close(ends[1]);
    put_old();
}

/* As a full disk, with a signal: the limit on the size of files. */
static void files_that_may_not_grow(void **state)
{
    (void)state;
    struct rlimit before, limit;
    put_old();
    assert_true(signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 10000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    FAILS(WRMF_E_IO, strerror(EFBIG), wrmf_model_save(model, path, err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    check_contents("old", 3);
}

static void a_pipe_that_does_not_block(void **state)
{
    (void)state;
    int ends[2];
    size_t size;
    MUST(save_model(err));
    char *const wanted = contents(&size), *const found = malloc(size);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* reads slowly, and compares */
        close(ends[1]);
        const struct timespec pause = {.tv_nsec = 200000};
        size_t got = 0;
        ssize_t n = 1;
        for (; n > 0 && got < size; got += (size_t)n) {
            nanosleep(&pause, NULL);
            n = read(ends[0], found + got, size - got < 20000 ? size - got : 20000);
        }
        _exit(got == size && memcmp(found, wanted, size) == 0 ? 0 : 1);
    }
    close(ends[0]);
    wrmf_output *output = NULL;
    MUST(wrmf_output_open_fd(context, ends[1], "pipe", &output, err));
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    close(ends[1]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    free(found);
    free(wanted);
}

/* ---- temporary files ---- */

static void write_and_die(void)
{
    wrmf_output *output = NULL;
    if (wrmf_output_open_path(context, path, &output, NULL) == WRMF_OK &&
        wrmf_output_write(output, "never", 5, NULL) == WRMF_OK)
        raise(SIGKILL);
    _exit(1);
}

static void killed_writers(void **state)
{
    (void)state;
    put_old();
    for (int killed = 1; killed <= 3; killed++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            write_and_die();
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(files_in_folder(), 2); /* never more than one is left */
    }
    size_t size;
    MUST(save_model(err));
    free(contents(&size));
    assert_int_equal(files_in_folder(), 1);
}

/* A writer that lives keeps its temporary file, whoever else writes the same target, and the last
 * to close wins. Another target's files are none of its business. */
static void living_writers(void **state)
{
    (void)state;
    wrmf_output *outputs[20] = {NULL}, *other = NULL;
    char other_path[80];
    snprintf(other_path, sizeof other_path, "%s-2", path);
    MUST(wrmf_output_open_path(context, other_path, &other, err));
    for (int i = 0; i < 20; i++) {
        const char text[] = {(char)('a' + i), 0};
        MUST(wrmf_output_open_path(context, path, &outputs[i], err));
        MUST(wrmf_output_write(outputs[i], text, 1, err));
    }
    assert_int_equal(files_in_folder(), 21);
    for (int i = 19; i >= 0; i -= 2)
        wrmf_output_free(outputs[i]); /* given up */
    for (int i = 0; i < 20; i += 2) {
        MUST(wrmf_output_close(outputs[i], err));
        wrmf_output_free(outputs[i]);
    }
    wrmf_output_free(other);
    check_contents("s", 1);
}

enum { WRITERS = 4, SAVES = 3 };

typedef struct saver {
    pthread_t thread;
    wrmf_model *model; /* made with a context of its own */
    wrmf_status status;
} saver;

static void *save_often(void *self)
{
    saver *const own = self;
    for (int i = 0; i < SAVES && own->status == WRMF_OK; i++)
        own->status = wrmf_model_save(own->model, path, NULL);
    return NULL;
}

/* Writers at once: each replaces the target by a whole file, and readers see nothing else. */
static void writers_at_once(void **state)
{
    (void)state;
    saver savers[WRITERS] = {{0}};
    MUST(save_model(err));
    for (int i = 0; i < WRITERS; i++) {
        wrmf_context *own = NULL;
        MUST(wrmf_context_create(&own, err));
        MUST(wrmf_model_create(own, ROWS + i, ROWS, NULL, &savers[i].model, err));
        wrmf_context_free(own);
    }
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&savers[i].thread, NULL, save_often, &savers[i]), 0);
    for (int i = 0; i < 2 * SAVES; i++) {
        wrmf_model *loaded = NULL;
        MUST(wrmf_model_load(context, path, &loaded, err));
        assert_in_range(wrmf_model_users(loaded), ROWS, ROWS + WRITERS - 1);
        wrmf_model_free(loaded);
    }
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(savers[i].thread, NULL), 0);
        assert_int_equal(savers[i].status, WRMF_OK);
        wrmf_model_free(savers[i].model);
    }
    assert_int_equal(files_in_folder(), 1);
}

static void other_targets(void **state)
{
    (void)state;
    struct stat file;
    put_old();
    assert_int_equal(chmod(path, 0640), 0);
    MUST(save_model(err));
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640);
    wrmf_output *output = NULL;
    FAILS(WRMF_E_IO, strerror(EISDIR), wrmf_output_open_path(context, folder, &output, err));
    if (access("/dev/full", W_OK) == 0)
        FAILS(WRMF_E_IO, strerror(ENOSPC), wrmf_model_save(model, "/dev/full", err));
    char fifo[80];
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const int reader = open(fifo, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    MUST(wrmf_output_open_path(context, fifo, &output, err));
    close(reader);
    FAILS(WRMF_E_IO, strerror(EPIPE), wrmf_model_write(model, output, err));
    wrmf_output_free(output);
    assert_int_equal(stat(fifo, &file), 0);
    assert_true(S_ISFIFO(file.st_mode));
    unlink(fifo);
}

#define ON_FILES(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FILES(models),
        ON_FILES(matrices),
        ON_FILES(lists_of_ids),
        ON_FILES(models_that_cannot_be_read),
        ON_FILES(a_pipe_that_nobody_reads),
        ON_FILES(files_that_may_not_grow),
        ON_FILES(a_pipe_that_does_not_block),
        ON_FILES(killed_writers),
        ON_FILES(living_writers),
        ON_FILES(writers_at_once),
        ON_FILES(other_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
