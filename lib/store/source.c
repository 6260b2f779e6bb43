/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/source.h"

#include <string.h>

#include "io/descriptor.h"
#include "io/location.h"

wrmf_status wrmf_i_source_read(const wrmf_i_source *source, size_t offset, void *to, size_t bytes,
                               wrmf_error *err)
{
    if (source->memory) {
        if (bytes > 0)
            memcpy(to, source->memory + offset, bytes);
        return WRMF_OK;
    }
    if (source->read) {
        if (bytes > 0 && source->read(source->self, (int64_t)offset, to, bytes) != 0)
            return wrmf_i_fail(err, WRMF_E_IO, "the host's function cannot read %zu bytes from %zu",
                               bytes, offset);
        return WRMF_OK;
    }
    size_t got;
    const int failed = wrmf_i_read_at(source->fd, (int64_t)offset, to, bytes, &got);
    if (failed != 0)
        return wrmf_i_fail_errno(err, "cannot read", "the file", failed);
    if (got < bytes)
        return wrmf_i_fail(err, WRMF_E_IO, "it had %zu bytes, and was cut short to %zu meanwhile",
                           source->bytes, offset + got);
    return WRMF_OK;
}

wrmf_status wrmf_i_piece_open(wrmf_i_piece *piece, const wrmf_i_source *source,
                              const wrmf_i_allocator *allocator, size_t offset, size_t bytes,
                              wrmf_error *err)
{
    *piece = (wrmf_i_piece){.bytes = bytes};
    if (source->memory) {
        piece->data = source->memory + offset;
        return WRMF_OK;
    }
    piece->owned = wrmf_i_alloc(allocator, bytes, 1);
    if (!piece->owned)
        return wrmf_i_fail_memory(err, "a piece of a model file");
    piece->data = piece->owned;
    return wrmf_i_source_read(source, offset, piece->owned, bytes, err);
}

void wrmf_i_piece_close(wrmf_i_piece *piece, const wrmf_i_allocator *allocator)
{
    wrmf_i_free(allocator, piece->owned, piece->bytes, 1);
    *piece = (wrmf_i_piece){0};
}
