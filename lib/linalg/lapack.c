/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "linalg/lapack.h"

#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "par/pool.h"

_Static_assert(sizeof(lapack_int) == sizeof(int32_t), "LAPACKE with 32-bit integers");

/* Weak: the process has these functions only with some builds of BLAS. */
extern int openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));
extern int blas_server_avail __attribute__((weak)); /* OpenBLAS's threads run */
extern int blas_num_threads __attribute__((weak));  /* the most that it runs, the caller included */
extern int omp_get_max_threads(void) __attribute__((weak));
extern void omp_set_num_threads(int threads) __attribute__((weak));

/* ---- room for BLAS ---- */

/* The bytes that OpenBLAS maps for a buffer (BUFFER_SIZE, 32 << 22 on all machines that are built
 * for here), and a little for the edges. */
#define BLAS_BUFFER (((size_t)128 << 20) + ((size_t)1 << 20))

/* Whether OpenBLAS has a buffer for the thread that calls it: it keeps one that it has got for as
 * long as the process lives, and one is enough, for no two of our threads are in BLAS at once.
 * Under the BLAS lock. */
static bool has_buffer;

/* The bytes of a new thread's stack, which is as large as the limit on stacks says. */
static size_t stack_bytes(void)
{
    const size_t most = (size_t)64 << 20, usual = (size_t)8 << 20;
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur > most)
        return usual;
    return (size_t)limit.rlim_cur;
}

/* The address space that the process has mapped, or the most that there may be if that is not
 * known. */
static size_t mapped_bytes(void)
{
    char text[32] = "";
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    return n > 0 ? (size_t)strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : SIZE_MAX;
}

/* The address space that the next call may take. OpenBLAS has threads from when it is loaded, and
 * each maps a buffer as it begins. Those of a process that has mapped less than all these buffers
 * are just about to do so. In a process that was forked since there are none: OpenBLAS begins them
 * anew when it is told their number, and they may take the buffer that was there. */
static size_t room_needed(void)
{
    if (!openblas_get_num_threads)
        return 0;
    const int used = openblas_get_num_threads();
    const int all = &blas_num_threads && blas_num_threads > used ? blas_num_threads : used;
    const size_t others = (size_t)(all > 1 ? all - 1 : 0);
    if (used > 1 && &blas_server_avail && !blas_server_avail)
        return BLAS_BUFFER + others * (BLAS_BUFFER + stack_bytes());
    if (has_buffer)
        return 0;
    return mapped_bytes() / BLAS_BUFFER < others ? (1 + others) * BLAS_BUFFER : BLAS_BUFFER;
}

/* Asked for memory that the process cannot have, OpenBLAS tries for ever. So a call is made only
 * where there is room: as much is mapped, and given back, in front of it. */
wrmf_status wrmf_i_lapack_begin(wrmf_error *err)
{
    wrmf_i_blas_lock();
    const size_t bytes = room_needed();
    void *const room = bytes == 0 ? NULL
                                  : mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes > 0 && room != MAP_FAILED)
        munmap(room, bytes);
    wrmf_i_blas_unlock();
    if (room != MAP_FAILED)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_NOMEM,
                       "out of memory: BLAS needs %zu bytes of address space for its buffers",
                       bytes);
}

/* ---- entering and leaving BLAS ---- */

/* What is put back: the host's numbers of threads, 0 where there is nothing, and the floating-point
 * environment of the calling thread. LAPACK asks for infinities to see how the machine treats them,
 * and kernels of BLAS may work on parts of registers that nobody reads: a host's traps are held
 * while they run, and the flags that they raise are dropped. */
typedef struct settings {
    int openblas, openmp;
    fenv_t floats;
} settings;

/* False if BLAS cannot be used: wrmf_i_blas_lock(). */
static bool enter_blas(settings *host)
{
    if (!wrmf_i_blas_lock())
        return false;
    settings before = {0};
    (void)feholdexcept(&before.floats);
    /* OpenMP's number belongs to the calling thread. OpenBLAS's openmp build sets it, too, so it is
     * read first and put back last. */
    if (omp_get_max_threads && omp_set_num_threads) {
        before.openmp = omp_get_max_threads();
        omp_set_num_threads(1);
    }
    if (openblas_get_num_threads && openblas_set_num_threads) {
        before.openblas = openblas_get_num_threads();
        if (before.openblas > 1)
            openblas_set_num_threads(1);
    }
    *host = before;
    return true;
}

static wrmf_status fail_forked(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_STATE,
                       "another thread was inside BLAS when the process was forked");
}

static void leave_blas(settings before)
{
    has_buffer = true;
    if (before.openblas > 1)
        openblas_set_num_threads(before.openblas);
    if (before.openmp > 0)
        omp_set_num_threads(before.openmp);
    (void)fesetenv(&before.floats);
    wrmf_i_blas_unlock();
}

void wrmf_i_eigen_workspace(int64_t n, size_t *doubles, size_t *words)
{
    /* what dsyevd documents as its minimum where eigenvectors are wanted */
    *doubles = 1 + 6 * (size_t)n + 2 * (size_t)n * (size_t)n;
    *words = 3 + 5 * (size_t)n;
}

wrmf_status wrmf_i_eigen(int64_t n, double *a, double *e, double *work, int32_t *iwork,
                         wrmf_error *err)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = i; j < n; j++)
            if (!isfinite(a[i * n + j]))
                return wrmf_i_fail(err, WRMF_E_NONFINITE, "the Gram matrix is not finite");
    size_t doubles, words;
    wrmf_i_eigen_workspace(n, &doubles, &words);
    /* column-major: our upper triangle of rows is the lower triangle of columns,
     * and eigenvectors come as columns, which are our rows */
    settings before;
    if (!enter_blas(&before))
        return fail_forked(err);
    const lapack_int info =
        LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', (lapack_int)n, a, (lapack_int)n, e, work,
                            (lapack_int)doubles, iwork, (lapack_int)words);
    leave_blas(before);
    if (info != 0)
        return wrmf_i_fail(err, WRMF_E_INTERNAL, "dsyevd failed with %d", (int)info);
    return WRMF_OK;
}

/* The largest sum of |a| over a row of a symmetric matrix; NaN if there is one. */
static double one_norm(int64_t n, const double *a, double *sums)
{
    memset(sums, 0, sizeof *sums * (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++) {
            sums[i] += fabs(a[i * n + j]);
            if (j > i)
                sums[j] += fabs(a[i * n + j]);
        }
    }
    double norm = 0;
    for (int64_t i = 0; i < n; i++)
        norm = sums[i] <= norm ? norm : sums[i];
    return norm;
}

bool wrmf_i_factorize(int64_t n, double *a, double *inverse, int64_t stride, double *condition,
                      double *work, int32_t *words)
{
    const double norm = one_norm(n, a, work);
    if (!isfinite(norm))
        return false;
    /* as in wrmf_i_eigen(), our upper triangle of rows is LAPACK's lower one */
    const lapack_int size = (lapack_int)n;
    double reciprocal = 0;
    settings before;
    if (!enter_blas(&before))
        return false;
    lapack_int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', size, a, size);
    if (info == 0)
        info = LAPACKE_dpocon_work(LAPACK_COL_MAJOR, 'L', size, a, size, norm, &reciprocal, work,
                                   words);
    if (info == 0) {
        for (int64_t i = 0; i < n; i++)
            memcpy(inverse + i * stride + i, a + i * n + i, sizeof *a * (size_t)(n - i));
        info = LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'L', 'N', size, inverse, (lapack_int)stride);
    }
    leave_blas(before);
    const bool known = info == 0 && reciprocal > DBL_MIN;
    *condition = known ? 1 / reciprocal : (double)INFINITY;
    return known;
}

bool wrmf_i_solve_positive(int64_t n, int64_t stride, double *a, double *b)
{
    settings before;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = i; j < n; j++)
            if (!isfinite(a[i * stride + j]))
                return false;
    if (!enter_blas(&before))
        return false;
    const lapack_int info = LAPACKE_dposv_work(LAPACK_COL_MAJOR, 'L', (lapack_int)n, 1, a,
                                               (lapack_int)stride, b, (lapack_int)n);
    leave_blas(before);
    for (int64_t i = 0; info == 0 && i < n; i++)
        if (!isfinite(b[i]))
            return false;
    return info == 0;
}

size_t wrmf_i_least_squares_workspace(int64_t n)
{
    return 64 * (size_t)n + 2; /* dgelsy wants 3 n + 1 at least; with more it works in blocks */
}

wrmf_status wrmf_i_least_squares(int64_t rows, int64_t n, double *a, double *b, int32_t *pivot,
                                 double *work, wrmf_error *err)
{
    if (rows > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld equations are too many for LAPACK",
                           (long long)rows);
    memset(pivot, 0, sizeof *pivot * (size_t)n);
    lapack_int rank = 0;
    settings before;
    if (!enter_blas(&before))
        return fail_forked(err);
    const lapack_int info = LAPACKE_dgelsy_work(
        LAPACK_COL_MAJOR, (lapack_int)rows, (lapack_int)n, 1, a, (lapack_int)rows, b,
        (lapack_int)rows, pivot, 1e-15, &rank, work, (lapack_int)wrmf_i_least_squares_workspace(n));
    leave_blas(before);
    if (info != 0)
        return wrmf_i_fail(err, WRMF_E_INTERNAL, "dgelsy failed with %d", (int)info);
    return WRMF_OK;
}
