/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver FOLDER [ROUNDS]: hand each file of the folder to the target, then ROUNDS
 * mutations of each. The same files give the same mutations everywhere, so that
 * what fails here fails again.
 */
#include "fuzz.h"
#include "thin.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES = 200, LARGEST = 1 << 16 };

typedef struct file {
    char name[300];
    uint8_t *data;
    size_t size;
} file;

static file files[FILES];
static int n_files;

static uint64_t state = 0x9e3779b97f4a7c15u;

static size_t below(size_t bound)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return bound > 0 ? (size_t)(state % bound) : 0;
}

static bool load(file *f, const char *folder)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", folder, f->name);
    FILE *const stream = fopen(path, "rb");
    f->data = malloc(LARGEST);
    if (!stream || !f->data)
        return false;
    f->size = fread(f->data, 1, LARGEST, stream);
    return fclose(stream) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const file *)a)->name, ((const file *)b)->name);
}

static bool load_all(const char *folder)
{
    DIR *const all = opendir(folder);
    if (!all)
        return false;
    for (struct dirent *entry; n_files < FILES && (entry = readdir(all)) != NULL;) {
        if (entry->d_name[0] != '.')
            snprintf(files[n_files++].name, sizeof files->name, "%s", entry->d_name);
    }
    closedir(all);
    qsort(files, (size_t)n_files, sizeof *files, by_name);
    for (int i = 0; i < n_files; i++) {
        if (!load(&files[i], folder))
            return false;
    }
    return n_files > 0;
}

/* Gives a byte that means something to some parser. */
static uint8_t telling_byte(void)
{
    static const char bytes[] = "\"\",,;|\t\n\n\r%\\ .-+eE0123456789=ux{}[]:\xef\xbb\xbf\xff\x80";
    const size_t i = below(sizeof bytes + 8); /* the NUL at the end is one of them */
    return (uint8_t)(i < sizeof bytes ? bytes[i] : (char)below(256));
}

/* Makes one change to *size bytes, in a buffer with room for LARGEST. */
static void mutate(uint8_t *data, size_t *size)
{
    const size_t at = below(*size + 1), n = 1 + below(8);
    const file *const other = &files[below((size_t)n_files)];
    switch (below(6)) {
    case 0: /* change a byte */
        if (at < *size)
            data[at] = telling_byte();
        break;
    case 1: /* change a bit */
        if (at < *size)
            data[at] ^= (uint8_t)(1u << below(8));
        break;
    case 2: /* remove bytes */
        if (at + n <= *size) {
            memmove(data + at, data + at + n, *size - at - n);
            *size -= n;
        }
        break;
    case 3: /* insert bytes */
        if (*size + n <= LARGEST) {
            memmove(data + at + n, data + at, *size - at);
            for (size_t i = 0; i < n; i++)
                data[at + i] = telling_byte();
            *size += n;
        }
        break;
    case 4: /* append the end of another file */
        if (other->size > 0) {
            const size_t from = below(other->size);
            const size_t length = other->size - from;
            if (at + length <= LARGEST) {
                memcpy(data + at, other->data + from, length);
                *size = at + length;
            }
        }
        break;
    default: *size = at; break;
    }
}

/* The input goes into a block of just its size, so that a sanitizer sees a read beyond it. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *const exact = malloc(size + (size == 0));
    HOLDS(exact);
    if (size > 0)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv)
{
    static uint8_t data[LARGEST];
    if (argc < 2 || !load_all(argv[1])) {
        fprintf(stderr, "usage: %s FOLDER-WITH-FILES [ROUNDS]\n", argv[0]);
        return 2;
    }
    const int rounds = argc > 2 ? atoi(argv[2]) : thin_bytes_or(2000, 300);
    for (int i = 0; i < n_files; i++) {
        run(files[i].data, files[i].size);
        for (int round = 0; round < rounds; round++) {
            size_t size = files[i].size;
            memcpy(data, files[i].data, size);
            for (size_t changes = 1 + below(5); changes > 0; changes--)
                mutate(data, &size);
            run(data, size);
        }
    }
    printf("%d files, %d mutations of each\n", n_files, rounds);
    for (int i = 0; i < n_files; i++)
        free(files[i].data);
    return 0;
}
