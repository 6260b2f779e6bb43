/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs and outputs: files, descriptors, functions; gzip; files replaced whole.
 * Bytes go in and out as ids, one a line, which is the plainest text there is.
 */
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gzip.h"
#include "text.h"
#include "wrmf/ids.h"
#include "wrmf/io.h"

static char folder[] = "/tmp/wrmf-io-XXXXXX";
static char path[64];

static int set_up(void **state)
{
    fixture_set_up(state);
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    fixture_tear_down(state);
    return rmdir(folder); /* nothing else may be left in it */
}

static void put_file(const void *data, size_t bytes)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

static size_t get_file(char *to, size_t capacity)
{
    FILE *const file = fopen(path, "rb");
    if (!file)
        return 0;
    const size_t n = fread(to, 1, capacity - 1, file);
    fclose(file);
    to[n] = '\0';
    return n;
}

/* The number of ids in an input, or -1 and the failure. */
static int64_t count_ids(wrmf_input *input, wrmf_error *err)
{
    wrmf_ids *ids = NULL;
    if (wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, err) != WRMF_OK)
        return -1;
    const int64_t size = wrmf_ids_size(ids);
    wrmf_ids_free(ids);
    return size;
}

static int64_t count_path(void)
{
    wrmf_input *input = NULL;
    MUST(wrmf_input_open_path(context, path, &input, err));
    const int64_t n = count_ids(input, NULL);
    wrmf_input_free(input);
    return n;
}

/* ---- input ---- */

static void a_file_and_a_descriptor(void **state)
{
    (void)state;
    wrmf_input *input = NULL;
    put_file("one\ntwo\nthree", 13);
    assert_int_equal(count_path(), 3);
    const int fd = open(path, O_RDONLY);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4); /* from where it stands */
    MUST(wrmf_input_open_fd(context, fd, NULL, &input, err));
    assert_int_equal(count_ids(input, NULL), 2);
    wrmf_input_free(input);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 13); /* to its end, and not closed */
    close(fd);
    put_file("", 0);
    assert_int_equal(count_path(), 0);
}

static void what_cannot_be_opened(void **state)
{
    (void)state;
    wrmf_input *const untouched = (wrmf_input *)&machine;
    wrmf_input *input = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_input_open_path(NULL, path, &input, err));
    FAILS(WRMF_E_NULL, "path", wrmf_input_open_path(context, NULL, &input, err));
    FAILS(WRMF_E_NULL, "out", wrmf_input_open_path(context, path, NULL, err));
    FAILS(WRMF_E_IO, path, wrmf_input_open_path(context, path, &input, err));
    FAILS(WRMF_E_IO, strerror(ENOENT), wrmf_input_open_path(context, path, &input, err));
    FAILS(WRMF_E_IO, strerror(EISDIR), wrmf_input_open_path(context, folder, &input, err));
    FAILS(WRMF_E_NULL, "context", wrmf_input_open_fd(NULL, 0, NULL, &input, err));
    FAILS(WRMF_E_NULL, "out", wrmf_input_open_fd(context, 0, NULL, NULL, err));
    FAILS(WRMF_E_IO, "<fd -1>", wrmf_input_open_fd(context, -1, NULL, &input, err));
    FAILS(WRMF_E_IO, "pipe", wrmf_input_open_fd(context, 9999, "pipe", &input, err));
    text_source source = {0};
    FAILS(WRMF_E_NULL, "context",
          wrmf_input_open_callback(NULL, &source, text_read, NULL, &input, err));
    FAILS(WRMF_E_NULL, "read", wrmf_input_open_callback(context, &source, NULL, NULL, &input, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_input_open_callback(context, &source, text_read, NULL, NULL, err));
    assert_ptr_equal(input, untouched);
    wrmf_input_free(NULL);
}

static void functions_that_fail_or_lie(void **state)
{
    (void)state;
    wrmf_input *input = NULL;
    wrmf_error failure;
    text_source source = {.data = "a\nb\nc\n", .length = 6, .piece = 1, .fails_at = 3};
    MUST(wrmf_input_open_callback(context, &source, text_read, NULL, &input, err));
    for (int i = 0; i < 2; i++) { /* it stays failed */
        assert_int_equal(count_ids(input, &failure), -1);
        assert_int_equal(failure.code, WRMF_E_IO);
        assert_non_null(strstr(failure.text, "<callback>"));
        assert_non_null(strstr(failure.text, "byte 3"));
    }
    wrmf_input_free(input);
    source = (text_source){.data = "a", .length = 1, .lies = true};
    MUST(wrmf_input_open_callback(context, &source, text_read, "liar", &input, err));
    assert_int_equal(count_ids(input, &failure), -1);
    assert_non_null(strstr(failure.text, "liar"));
    wrmf_input_free(input);
    /* a descriptor that cannot be read */
    const int fd = open(path, O_WRONLY | O_CREAT, 0600);
    MUST(wrmf_input_open_fd(context, fd, "x", &input, err));
    assert_int_equal(count_ids(input, &failure), -1);
    assert_int_equal(failure.code, WRMF_E_IO);
    assert_non_null(strstr(failure.text, strerror(EBADF)));
    wrmf_input_free(input);
    close(fd);
}

/* ---- gzip ---- */

static int64_t count_bytes(const unsigned char *data, size_t bytes, size_t piece, wrmf_error *err)
{
    text_source source = {.data = (const char *)data, .length = bytes, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    const int64_t n = count_ids(input, err);
    wrmf_input_free(input);
    return n;
}

/* gzip_two: "one\ntwo\n" and, as another member, "three\nfour\n". */
static void packed_input(void **state)
{
    (void)state;
    wrmf_error failure = {WRMF_OK, ""};
    if (count_bytes(gzip_two, sizeof gzip_two, 0, &failure) < 0 &&
        failure.code == WRMF_E_UNSUPPORTED)
        skip();
    for (size_t piece = 0; piece < 5; piece++) {
        assert_int_equal(count_bytes(gzip_two, sizeof gzip_two, piece, &failure), 4);
        assert_int_equal(count_bytes(gzip_two, GZIP_FIRST, piece, &failure), 2);
    }
    put_file(gzip_two, sizeof gzip_two);
    assert_int_equal(count_path(), 4);
    /* zeros behind it, as tapes leave them */
    unsigned char padded[sizeof gzip_two + 100] = {0};
    memcpy(padded, gzip_two, sizeof gzip_two);
    assert_int_equal(count_bytes(padded, sizeof padded, 0, &failure), 4);
    assert_int_equal(count_bytes(padded, sizeof padded, 1, &failure), 4);
    padded[sizeof padded - 1] = 'x';
    assert_int_equal(count_bytes(padded, sizeof padded, 0, &failure), -1);
    assert_int_equal(failure.code, WRMF_E_IO);
}

static void damaged_gzip(void **state)
{
    (void)state;
    wrmf_error failure = {WRMF_OK, ""};
    if (count_bytes(gzip_two, sizeof gzip_two, 0, &failure) < 0)
        skip();
    for (size_t length = 2; length < sizeof gzip_two; length++) { /* cut off anywhere */
        if (length == GZIP_FIRST)
            continue;
        assert_int_equal(count_bytes(gzip_two, length, 0, &failure), -1);
        assert_int_equal(failure.code, WRMF_E_IO);
        char at[32];
        snprintf(at, sizeof at, "at byte %d", (int)length);
        if (!strstr(failure.text, at) || strncmp(failure.text, "t:", 2) != 0)
            fail_msg("cut at %d: %s", (int)length, failure.text);
    }
    int noticed = 0;
    for (size_t at = 2; at < GZIP_FIRST; at++) { /* a wrong byte anywhere */
        unsigned char damaged[GZIP_FIRST];
        memcpy(damaged, gzip_two, GZIP_FIRST);
        damaged[at] ^= 0xff;
        failure.code = WRMF_OK;
        if (count_bytes(damaged, sizeof damaged, 0, &failure) < 0) {
            assert_int_equal(failure.code, WRMF_E_IO);
            noticed++;
        } else {
            assert_true(at >= 4 && at < 10); /* time and such, which nobody checks */
        }
    }
    assert_true(noticed > 15);
}

static void what_only_looks_like_gzip(void **state)
{
    (void)state;
    static const unsigned char one[] = {0x1f}, text[] = {0x1f, '\n', 0x8b, '\n'};
    wrmf_error failure;
    assert_int_equal(count_bytes(one, 1, 0, &failure), 1);
    assert_int_equal(count_bytes(text, 4, 1, &failure), 2);
}

/* ---- output ---- */

static wrmf_output *open_output(void)
{
    wrmf_output *output = NULL;
    MUST(wrmf_output_open_path(context, path, &output, err));
    return output;
}

static int files_in_folder(void)
{
    int n = 0;
    DIR *const all = opendir(folder);
    assert_non_null(all);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(all);
    return n;
}

static void a_file_is_replaced_when_it_is_closed(void **state)
{
    (void)state;
    char text[64];
    put_file("old", 3);
    chmod(path, 0640);
    wrmf_output *output = open_output();
    MUST(wrmf_output_write(output, "new ", 4, err));
    MUST(wrmf_output_write(output, NULL, 0, err));
    MUST(wrmf_output_write(output, "text", 4, err));
    get_file(text, sizeof text);
    assert_string_equal(text, "old");
    assert_int_equal(files_in_folder(), 2); /* the other one has a name of its own */
    MUST(wrmf_output_close(output, err));
    get_file(text, sizeof text);
    assert_string_equal(text, "new text");
    assert_int_equal(files_in_folder(), 1);
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640); /* as the one before */
    FAILS(WRMF_E_STATE, path, wrmf_output_close(output, err));
    FAILS(WRMF_E_STATE, path, wrmf_output_write(output, "x", 1, err));
    wrmf_output_free(output);
    /* given up */
    output = open_output();
    MUST(wrmf_output_write(output, "worse", 5, err));
    wrmf_output_free(output);
    get_file(text, sizeof text);
    assert_string_equal(text, "new text");
    assert_int_equal(files_in_folder(), 1);
}

static void a_new_file_obeys_the_umask(void **state)
{
    (void)state;
    const mode_t before = umask(027);
    wrmf_output *const output = open_output();
    MUST(wrmf_output_close(output, err));
    umask(before);
    wrmf_output_free(output);
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640);
    assert_int_equal(file.st_size, 0);
}

static void large_pieces_and_small(void **state)
{
    (void)state;
    enum { N = 300000 };
    char *const wanted = malloc(N + 1), *const got = malloc(N + 1);
    for (int i = 0; i < N; i++)
        wanted[i] = (char)('a' + i * 7 % 26);
    wrmf_output *const output = open_output();
    size_t at = 0;
    for (size_t piece = 1; at < N; piece = piece * 3 % 100003) {
        const size_t n = piece < N - at ? piece : N - at;
        MUST(wrmf_output_write(output, wanted + at, n, err));
        at += n;
    }
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    assert_int_equal(get_file(got, N + 1), N);
    assert_memory_equal(got, wanted, N);
    free(wanted);
    free(got);
}

static void a_link_is_replaced_and_a_device_is_not(void **state)
{
    (void)state;
    char target[80];
    snprintf(target, sizeof target, "%s/target", folder);
    assert_int_equal(symlink("target", path), 0);
    wrmf_output *output = open_output();
    MUST(wrmf_output_write(output, "x", 1, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    struct stat file;
    assert_int_equal(lstat(path, &file), 0);
    assert_true(S_ISREG(file.st_mode));
    assert_int_equal(stat(target, &file), -1);
    MUST(wrmf_output_open_path(context, "/dev/null", &output, err));
    MUST(wrmf_output_write(output, "x", 1, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    assert_int_equal(stat("/dev/null", &file), 0);
    assert_true(S_ISCHR(file.st_mode));
}

static void what_cannot_be_written(void **state)
{
    (void)state;
    wrmf_output *const untouched = (wrmf_output *)&machine;
    wrmf_output *output = untouched;
    char missing[80];
    snprintf(missing, sizeof missing, "%s/none/file", folder);
    FAILS(WRMF_E_IO, missing, wrmf_output_open_path(context, missing, &output, err));
    FAILS(WRMF_E_IO, strerror(EISDIR), wrmf_output_open_path(context, folder, &output, err));
    FAILS(WRMF_E_NULL, "context", wrmf_output_open_path(NULL, path, &output, err));
    FAILS(WRMF_E_NULL, "path", wrmf_output_open_path(context, NULL, &output, err));
    FAILS(WRMF_E_NULL, "out", wrmf_output_open_path(context, path, NULL, err));
    FAILS(WRMF_E_NULL, "context", wrmf_output_open_fd(NULL, 1, NULL, &output, err));
    FAILS(WRMF_E_NULL, "out", wrmf_output_open_fd(context, 1, NULL, NULL, err));
    FAILS(WRMF_E_IO, "<fd -1>", wrmf_output_open_fd(context, -1, NULL, &output, err));
    text_sink sink = {0};
    FAILS(WRMF_E_NULL, "context",
          wrmf_output_open_callback(NULL, &sink, text_write, NULL, &output, err));
    FAILS(WRMF_E_NULL, "write",
          wrmf_output_open_callback(context, &sink, NULL, NULL, &output, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_output_open_callback(context, &sink, text_write, NULL, NULL, err));
    FAILS(WRMF_E_NULL, "output", wrmf_output_write(NULL, "x", 1, err));
    FAILS(WRMF_E_NULL, "output", wrmf_output_close(NULL, err));
    assert_ptr_equal(output, untouched);
    output = text_output(context, &sink);
    FAILS(WRMF_E_NULL, "data", wrmf_output_write(output, NULL, 1, err));
    wrmf_output_free(output);
    wrmf_output_free(NULL);
}

static void a_full_disk(void **state)
{
    (void)state;
    wrmf_output *output = NULL;
    const int fd = open("/dev/full", O_WRONLY);
    if (fd < 0)
        skip();
    MUST(wrmf_output_open_fd(context, fd, NULL, &output, err));
    MUST(wrmf_output_write(output, "x", 1, err));
    FAILS(WRMF_E_IO, strerror(ENOSPC), wrmf_output_close(output, err));
    wrmf_output_free(output);
    /* remembered */
    static char large[200000];
    MUST(wrmf_output_open_fd(context, fd, "full", &output, err));
    FAILS(WRMF_E_IO, "full", wrmf_output_write(output, large, sizeof large, err));
    FAILS(WRMF_E_IO, "full", wrmf_output_write(output, "x", 1, err));
    FAILS(WRMF_E_IO, strerror(ENOSPC), wrmf_output_close(output, err));
    wrmf_output_free(output);
    close(fd);
}

/* A folder that takes the place meanwhile cannot be replaced: the failure shows
 * when the output is closed, and nothing is left behind. */
static void a_rename_that_fails(void **state)
{
    (void)state;
    wrmf_output *const output = open_output();
    MUST(wrmf_output_write(output, "x", 1, err));
    assert_int_equal(mkdir(path, 0700), 0);
    FAILS(WRMF_E_IO, path, wrmf_output_close(output, err));
    wrmf_output_free(output);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(rmdir(path), 0);
}

static void openings_without_memory(void **state)
{
    (void)state;
    text_source source = {0};
    text_sink sink = {0};
    wrmf_input *input = NULL;
    wrmf_output *output = NULL;
    put_file("x", 1);
    OUT_OF_MEMORY(wrmf_input_open_path(context, path, &input, err));
    wrmf_input_free(input);
    OUT_OF_MEMORY(wrmf_input_open_fd(context, 0, "name", &input, err));
    wrmf_input_free(input);
    OUT_OF_MEMORY(wrmf_input_open_callback(context, &source, text_read, NULL, &input, err));
    wrmf_input_free(input);
    OUT_OF_MEMORY(wrmf_output_open_path(context, path, &output, err));
    wrmf_output_free(output);
    OUT_OF_MEMORY(wrmf_output_open_fd(context, 1, NULL, &output, err));
    wrmf_output_free(output);
    OUT_OF_MEMORY(wrmf_output_open_callback(context, &sink, text_write, "name", &output, err));
    wrmf_output_free(output);
    assert_int_equal(files_in_folder(), 1);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    bool done = false;
    put_file(gzip_two, sizeof gzip_two);
    wrmf_error failure = {WRMF_OK, ""};
    const bool packed = count_bytes(gzip_two, sizeof gzip_two, 0, &failure) == 4;
    for (long n = 1; !done; n++) {
        wrmf_input *input = NULL;
        wrmf_output *output = NULL;
        machine.refused = 0;
        host_fail(&machine, n, false);
        wrmf_status status = wrmf_input_open_path(context, path, &input, NULL);
        if (status == WRMF_OK && packed)
            status = count_ids(input, &failure) == 4 ? WRMF_OK : failure.code;
        if (status == WRMF_OK)
            status = wrmf_output_open_path(context, path, &output, NULL);
        done = machine.refused == 0;
        assert_int_equal(status, done ? WRMF_OK : WRMF_E_NOMEM);
        wrmf_input_free(input);
        wrmf_output_free(output);
        assert_int_equal(files_in_folder(), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_and_a_descriptor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(functions_that_fail_or_lie, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packed_input, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_gzip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_only_looks_like_gzip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_replaced_when_it_is_closed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_file_obeys_the_umask, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_pieces_and_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_is_replaced_and_a_device_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rename_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(openings_without_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_fails_in_turn, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
