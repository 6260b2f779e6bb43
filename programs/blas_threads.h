/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * blas_threads.h - OpenBLAS's own threads, which the programs have no use for.
 */
#ifndef PROGRAMS_BLAS_THREADS_H
#define PROGRAMS_BLAS_THREADS_H

/* To be called at the start of a program. OpenBLAS begins its threads when it is loaded, and where
 * the address space is limited (ulimit -v) those that find no room for their buffers keep the
 * process from ending. There the program is begun again, with OPENBLAS_NUM_THREADS=1 unless that is
 * set. */
void blas_threads_limit(char **argv);

#endif /* PROGRAMS_BLAS_THREADS_H */
