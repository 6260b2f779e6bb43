/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "search/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/descriptor.h"
#include "io/location.h"
#include "search/journal_read.h"

/* Locks of an open file, where the system has them, keep out a second grid of the same process
 * too; those of a process do not. */
#ifdef F_OFD_SETLK
#define SET_LOCK F_OFD_SETLK
#else
#define SET_LOCK F_SETLK
#endif

/* ---- writing ---- */

/* Append a text, or else cut the file back to its last whole line, so that other workers can go on
 * appending. Where that is not possible, or the disk lost what was written, nothing is appended any
 * more: lines behind half a line would be lost with it. */
static wrmf_status append(wrmf_i_journal *journal, const wrmf_i_text *text, wrmf_error *err)
{
    if (text->failed)
        return wrmf_i_fail_memory(err, "a line of the journal");
    if (journal->failed != 0)
        return wrmf_i_fail_errno(err, "cannot write", journal->path, journal->failed);
    int failed = wrmf_i_write_all(journal->fd, text->data, text->length);
    const bool written = failed == 0;
    if (written)
        failed = wrmf_i_flush_data(journal->fd);
    if (failed == 0) {
        journal->end += (int64_t)text->length;
        return WRMF_OK;
    }
    if (wrmf_i_cut(journal->fd, journal->end) != 0 || written)
        journal->failed = failed;
    return wrmf_i_fail_errno(err, written ? "cannot flush" : "cannot write", journal->path, failed);
}

wrmf_status wrmf_i_journal_append(wrmf_i_journal *journal, const wrmf_curve *curve, wrmf_error *err)
{
    wrmf_i_text text = {.allocator = journal->allocator};
    wrmf_i_journal_print_curve(&text, curve);
    const wrmf_status status = append(journal, &text, err);
    wrmf_i_text_free(&text);
    return status;
}

/* ---- opening ---- */

static wrmf_status open_locked(wrmf_i_journal *journal, wrmf_error *err)
{
    /* O_NONBLOCK: a FIFO is refused, not waited for */
    const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    journal->fd = wrmf_i_open(journal->path, flags, 0666);
    struct stat file;
    if (journal->fd < 0 || fstat(journal->fd, &file) != 0)
        return wrmf_i_fail_errno(err, "cannot open", journal->path, errno);
    if (!S_ISREG(file.st_mode))
        return wrmf_i_fail(err, WRMF_E_IO, "%s is no regular file", journal->path);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(journal->fd, SET_LOCK, &lock) == 0)
        return WRMF_OK;
    if (errno == EAGAIN || errno == EACCES)
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is in use by another grid", journal->path);
    return wrmf_i_fail_errno(err, "cannot lock", journal->path, errno);
}

static wrmf_status begin(wrmf_context *context, wrmf_grid *grid, wrmf_i_journal *journal,
                         const wrmf_i_text *head, wrmf_error *err)
{
    if (head->failed)
        return wrmf_i_fail_memory(err, "the first line of a journal");
    WRMF_I_TRY(open_locked(journal, err));
    WRMF_I_TRY(wrmf_i_journal_read(context, grid, journal->fd, head, &journal->end, err));
    const int failed = wrmf_i_cut(journal->fd, journal->end);
    if (failed != 0)
        return wrmf_i_fail_errno(err, "cannot cut", journal->path, failed);
    return journal->end > 0 ? WRMF_OK : append(journal, head, err);
}

wrmf_status wrmf_i_journal_open(wrmf_context *context, wrmf_grid *grid, wrmf_i_journal *journal,
                                wrmf_error *err)
{
    *journal =
        (wrmf_i_journal){.allocator = &grid->context->allocator, .path = grid->journal, .fd = -1};
    wrmf_i_text head = {.allocator = journal->allocator};
    wrmf_i_journal_print_head(&head, grid);
    const wrmf_status status = begin(context, grid, journal, &head, err);
    wrmf_i_text_free(&head);
    return status;
}

void wrmf_i_journal_close(wrmf_i_journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}
