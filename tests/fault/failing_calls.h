/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failing_calls.h - system calls on files that fail when told to. The program that links
 * failing_calls.c has functions of the names of the C library's, which the library then calls: they
 * make the system call itself, or fail in its place.
 */
#ifndef TESTS_FAULT_FAILING_CALLS_H
#define TESTS_FAULT_FAILING_CALLS_H

#include <stdbool.h>

typedef enum file_call {
    CALL_OPEN,
    CALL_READ,        /* pread() */
    CALL_WRITE,       /* fails, having stored nothing */
    CALL_SHORT_WRITE, /* a write() stores half of its bytes and says so; the next one fails */
    CALL_FLUSH,       /* fsync() and fdatasync() */
    CALL_RENAME,
    CALL_CUT, /* ftruncate() */
    CALL_CLOSE,
    FILE_CALLS
} file_call;

extern const char *const file_call_names[FILE_CALLS];

/** From now on the n-th such call of any thread fails with the error number, once; those before
 *  and behind it are done. One fault of each kind of call can be armed at a time. */
void fail_call(file_call call, long n, int error);
/** Call a function in front of the n-th pread() from now on; NULL: none. */
void before_read(long n, void (*function)(void));
/** Disarm all; whether any of them has failed. */
bool disarm_calls(void);

#endif /* TESTS_FAULT_FAILING_CALLS_H */
