/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/descriptor.h"
#include "io/location.h"
#include "store/model_file.h"

static wrmf_status read_file(wrmf_context *context, int fd, const char *path, wrmf_model **out,
                             wrmf_error *err)
{
    struct stat file;
    if (fstat(fd, &file) != 0)
        return wrmf_i_fail_errno(err, "cannot read", path, errno);
    if (!S_ISREG(file.st_mode))
        return wrmf_i_fail(err, WRMF_E_IO, "cannot read %s: it is no regular file", path);
    if ((uintmax_t)file.st_size > SIZE_MAX)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%s is too large", path);
    const wrmf_i_source source = {.fd = fd, .bytes = (size_t)file.st_size};
    wrmf_error inner;
    const wrmf_status status = wrmf_i_model_read_source(context, &source, out, &inner);
    return status == WRMF_OK ? WRMF_OK : wrmf_i_fail(err, status, "%s: %s", path, inner.text);
}

wrmf_status wrmf_i_model_read_path(wrmf_context *context, const char *path, wrmf_model **out,
                                   wrmf_error *err)
{
    /* without O_NONBLOCK, opening a FIFO would wait for its writer */
    const int fd = wrmf_i_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return wrmf_i_fail_errno(err, "cannot open", path, errno);
    const wrmf_status status = read_file(context, fd, path, out, err);
    close(fd);
    return status;
}

wrmf_status wrmf_i_model_write_path(const wrmf_model *model, unsigned options,
                                    const wrmf_i_served served[2], const char *path,
                                    wrmf_error *err)
{
    wrmf_output *output = NULL;
    wrmf_status status = wrmf_i_output_path(model->context, path, &output, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_write(model, options, served, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_close(output, err);
    wrmf_i_output_free(output);
    return status;
}
