/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/context.h - allocator, logger, progress hook, threads.
 *
 * A context is made first and handed to whatever allocates or works in
 * parallel. There is no other state: two contexts know nothing of each other.
 *
 * One call at a time. What works on a context has it alone while it works:
 * wrmf_model_create(), _fit(), _continue() and _objective(),
 * wrmf_evaluator_run(), wrmf_curve_run(), wrmf_grid_run(),
 * wrmf_query_run_batch(), wrmf_reader_read(), wrmf_matrix_read_market(), and
 * the setters below. Meanwhile any other of these, from a progress hook, a
 * logger, a runner, an allocator, a reading function or another thread, gives
 * WRMF_E_STATE and leaves its outputs as they were; the two setters that give
 * no status do nothing. All other functions work at any time: they allocate
 * with the context or look at objects, and do not use its threads or hooks.
 * What is freed while a call uses it, the context among it, goes when that call
 * ends. types.h has the same rule for all objects. To work on two threads at
 * once, use two contexts.
 *
 * After fork() a child may use and free everything its parent had: a context
 * starts threads of its own when it needs them. What it cannot have is what
 * another thread was inside of at that moment: a context, or an object, that a
 * call used gives WRMF_E_STATE in the child, and its memory stays; if another
 * thread was inside BLAS, so does any fit. Where a hook forks, the call goes on
 * in the parent and ends with WRMF_E_STATE in the child. The library installs
 * no handlers: OpenBLAS and the host's allocator do as they do.
 *
 * Workers run in the floating-point environment of the thread that called:
 * rounding, treatment of subnormal numbers and traps are the same on all, so
 * that results do not depend on the number of threads. Threads of the host's
 * runner get their own environment back after each piece.
 *
 * Callbacks return: an exception or longjmp() that leaves one through the
 * library leaves locks held and memory lost.
 */
#ifndef WRMF_CONTEXT_H
#define WRMF_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** Gives `bytes` (at least 1) bytes at an address that is a multiple of
 *  `alignment`, a power of two of at most 4096; NULL if there are none.
 *  Called from any thread, several at a time. */
typedef void *(*wrmf_alloc_fn)(void *self, size_t bytes, size_t alignment);

/** Takes back what wrmf_alloc_fn gave, with the size it was asked for. Never
 *  called with NULL. Called from any thread, several at a time. */
typedef void (*wrmf_free_fn)(void *self, void *memory, size_t bytes);

/**
 * Make a context: malloc (huge pages are advised for blocks of 4 MiB or more
 * where the system has them), no logger, no progress hook, one thread.
 *
 * @param[out] out  The new context; the caller frees it.
 * @param[out] err  Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   out is NULL.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_context_create(wrmf_context **out, wrmf_error *err);

/**
 * Make a context whose every allocation, and that of all objects made with
 * it, goes through the host's functions. (Text and model-file headers are
 * parsed by libraries with allocators of their own; see docs/dependencies.md.)
 *
 * @param[in]  self   Handed to both functions; kept until the last object goes.
 * @param[in]  alloc  Required.
 * @param[in]  free   Required.
 * @param[out] out    The new context.
 * @param[out] err    Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   alloc, free or out is NULL.
 * @retval WRMF_E_NOMEM  alloc gave NULL.
 * Threads: any. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_context_create_with_allocator(
    void *self, wrmf_alloc_fn alloc, wrmf_free_fn free, wrmf_context **out, wrmf_error *err);

/**
 * Give up the caller's hold. Its threads end when the last object made with it
 * is freed too, so contexts and objects may be freed in any order, and while a
 * call uses them. NULL is allowed. Threads: any, once. Since: 0.1
 */
WRMF_API void wrmf_context_free(wrmf_context *context);

/**
 * Set how many threads parallel calls use, the calling one included. Results
 * are the same bits for every number. Threads start when first needed and are
 * kept; a host runner set before is dropped.
 *
 * @param[in]  context  The context.
 * @param[in]  threads  0 .. 1024; 0: the processors this process may use, 1024 at most.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   context is NULL.
 * @retval WRMF_E_RANGE  threads is outside its interval.
 * @retval WRMF_E_STATE  a call uses the context.
 * Threads: any; the context is had alone. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_context_set_threads(wrmf_context *context, int threads,
                                                              wrmf_error *err);

/** Workers that parallel calls use: threads, or those of the host's runner.
 *  0 if context is NULL. Since: 0.1 */
WRMF_API int wrmf_context_threads(const wrmf_context *context);

/** One piece of work. Two pieces that run at the same moment never have the
 *  same worker number, and worker < the number the runner was set with. */
typedef void (*wrmf_task_fn)(void *job, size_t chunk, size_t worker);

/** The host's way of running work: call task(job, chunk, worker) once for each
 *  chunk 0 .. chunks-1, in any order, on any threads; return 0 when all are
 *  done. Another value makes the call that needed it fail with WRMF_E_THREAD;
 *  even then no task may still be running. Not called re-entrantly; calls of the
 *  library on the same context are refused meanwhile. */
typedef int (*wrmf_runner_fn)(void *self, size_t chunks, wrmf_task_fn task, void *job);

/**
 * Run parallel work on the host's own threads; the library starts none.
 *
 * @param[in]  context  The context.
 * @param[in]  self     Handed to runner.
 * @param[in]  runner   Required.
 * @param[in]  workers  Worker numbers the runner uses, 1 .. 1024.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   context or runner is NULL.
 * @retval WRMF_E_RANGE  workers is outside its interval.
 * @retval WRMF_E_STATE  a call uses the context.
 * Threads: any; the context is had alone. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_context_set_runner(wrmf_context *context, void *self,
                                                             wrmf_runner_fn runner, int workers,
                                                             wrmf_error *err);

/** How much a logger wants to hear. */
typedef enum wrmf_log_level {
    WRMF_LOG_NONE = 0,           /**< nothing */
    WRMF_LOG_WARNING = 1,        /**< results are right, but something is unusual */
    WRMF_LOG_INFO = 2,           /**< one line a step */
    WRMF_LOG_DEBUG = 3,          /**< for developers */
    WRMF_LOG_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_log_level;

/** Gets one finished line without a line break. Called on the thread that
 *  called the library. */
typedef void (*wrmf_log_fn)(void *self, wrmf_log_level level, const char *line);

/** Set or, with log NULL, remove the logger. Nothing happens if context is
 *  NULL, or while a call uses it. Threads: any. Since: 0.1 */
WRMF_API void wrmf_context_set_logger(wrmf_context *context, void *self, wrmf_log_fn log,
                                      wrmf_log_level level);

/** What a progress hook is shown. The library writes struct_size; a later
 *  release may add fields behind those that are here. */
typedef struct wrmf_progress {
    size_t struct_size;  /**< bytes the library filled */
    const char *phase;   /**< "read", "fit", "fold", "evaluate", "grid" or "rank" */
    int64_t done;        /**< units finished: bytes, epochs, users, configurations or lists */
    int64_t total;       /**< units in all, or -1 if not known */
    double seconds;      /**< wall time since the call began */
    double seconds_left; /**< estimate of what is left, or -1 if not known; what a
                              grid took from its journal does not count */
    double part;         /**< of the next unit that is done, 0 .. 1; since 0.2 */
} wrmf_progress;

/** Returns 0 to go on. Another value asks to stop: the call ends with
 *  WRMF_E_CANCELLED as soon as the pieces of work that have begun are done,
 *  which take milliseconds; wrmf_model_continue() goes back to its last whole
 *  epoch. Who asks when all units are done is too late: the call succeeds.
 *  Called only on the thread that called the library: at each whole unit of fit
 *  and grid, and between pieces of work, within epochs, evaluations, lists and
 *  texts, at most about 20 times a second. With the host's runner it is called
 *  between pieces that run on the calling thread and whenever the runner
 *  returns, and the runner is given a few pieces a worker at a time. Steps that
 *  are not cut into pieces delay it: sorting what was read, and the eigenvectors
 *  of one Gram matrix. */
typedef int (*wrmf_progress_fn)(void *self, const wrmf_progress *progress);

/** Set or, with progress NULL, remove the progress hook of all calls that use
 *  this context. Nothing happens if context is NULL, or while a call uses it.
 *  Threads: any. Since: 0.1 */
WRMF_API void wrmf_context_set_progress(wrmf_context *context, void *self,
                                        wrmf_progress_fn progress);

/** The name of the kernels in use: "generic"; on x86-64 "avx2", "avx512" or
 *  "avx512vnni" (which gives the bits of "avx512"); on 64-bit Arm "neon". Static
 *  storage; NULL if context is NULL. Since: 0.1 */
WRMF_API const char *wrmf_context_cpu(const wrmf_context *context);

/**
 * Choose the kernels, for instance "generic" to get the same bits on
 * different CPUs. A new context has the best that its CPU can run.
 *
 * @retval WRMF_E_NULL         context or name is NULL.
 * @retval WRMF_E_NAME         no kernels of this name.
 * @retval WRMF_E_UNSUPPORTED  this CPU or build cannot run them.
 * @retval WRMF_E_STATE        a call uses the context.
 * Threads: any; the context is had alone. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_context_set_cpu(wrmf_context *context, const char *name,
                                                          wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_CONTEXT_H */
