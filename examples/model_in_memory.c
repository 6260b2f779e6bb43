/* SPDX-License-Identifier: BSD-2-Clause */
/* A model without a file: it is written through a function of the host, here into
 * a buffer that could be a database's, and loaded from memory again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wrmf/wrmf.h>

struct buffer {
    char *bytes;
    size_t length, room;
};

/* Appends to the buffer. Another value than 0 makes the write fail with WRMF_E_IO. */
static int append(void *self, const void *data, size_t bytes)
{
    struct buffer *buffer = self;
    if (bytes > buffer->room - buffer->length) {
        const size_t room = 2 * buffer->room + bytes;
        char *larger = realloc(buffer->bytes, room);
        if (!larger)
            return -1;
        buffer->bytes = larger;
        buffer->room = room;
    }
    if (bytes > 0)
        memcpy(buffer->bytes + buffer->length, data, bytes);
    buffer->length += bytes;
    return 0;
}

int main(void)
{
    static const int64_t user[] = {0, 0, 1, 1, 2, 2}, item[] = {0, 1, 1, 2, 2, 0};
    struct buffer buffer = {NULL, 0, 0};
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_model *model = NULL, *loaded = NULL;
    wrmf_output *output = NULL;
    int failed = 1;

    /* Without parameters a model has their defaults: 64 factors, 15 epochs, ... */
    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, 3, 3, 6, user, item, NULL, WRMF_DUPLICATES_SUM, NULL,
                                  &matrix, &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, NULL, &model, &err) != WRMF_OK)
        goto done;

    /* What could not be written is an error of the write or, at last, of the close. */
    if (wrmf_output_open_callback(context, &buffer, append, "a buffer", &output, &err) != WRMF_OK ||
        wrmf_model_write(model, output, &err) != WRMF_OK ||
        wrmf_output_close(output, &err) != WRMF_OK ||
        wrmf_model_load_memory(context, buffer.bytes, buffer.length, &loaded, &err) != WRMF_OK)
        goto done;
    printf("factors: %d, loaded: %d\n", (int)wrmf_model_factors(model),
           (int)wrmf_model_factors(loaded));
    printf("every score is the same: %s\n",
           wrmf_model_score(model, 0, 2) == wrmf_model_score(loaded, 0, 2) ? "yes" : "no");

    /* Memory that is cut off is refused, and the text says why. */
    wrmf_model_free(loaded);
    loaded = NULL;
    if (wrmf_model_load_memory(context, buffer.bytes, buffer.length / 2, &loaded, &err) == WRMF_OK)
        goto done;
    printf("half of it: %s\n", wrmf_status_name(err.code));

    failed = 0;
done:
    if (failed)
        fprintf(stderr, "model_in_memory: %s\n", err.text);
    free(buffer.bytes);
    wrmf_output_free(output);
    wrmf_model_free(loaded);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}
