/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/readnet.h"

#include <stddef.h>

#include "base/memory.h"
#include "detect/ocr/blend.h"
#include "detect/ocr/dictionary.h"
#include "detect/ocr/netinput.h"
#include "detect/ocr/reading.h"
#include "nn/locate.h"
#include "nn/session.h"

enum {
    HEIGHT = 48,
    WIDTH_MIN = 48,
    WIDTH_MAX = 3200, /* a line 66 times as long as high */
};

/* PaddleOCR, tools/infer/predict_rec.py resize_norm_img: (v / 255 - 0.5) / 0.5. */
static const struct uncap_normalisation halves = {{0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f}};

struct uncap_readnet {
    struct uncap_session *session;
    struct uncap_dictionary dictionary;
};

static int open_parts(struct uncap_readnet *net, struct uncap_runtime *runtime, const char *path,
                      const char *dictionary, struct uncap_error *err)
{
    const struct uncap_session_options options = {.is_one_thread = true, .is_folded = true, .varies = true};
    char model[UNCAP_PATH_MAX], keys[UNCAP_PATH_MAX];
    int status = UNCAP_OK;
    if (!path)
        status = uncap_locate_model(NULL, "ppocrv4_rec.onnx", "run `make deps`", model, err);
    if (!status && !dictionary)
        status = uncap_locate_model(NULL, "ppocr_keys_v1.txt", "run `make deps`", keys, err);
    if (!status)
        status = uncap_dictionary_open(&net->dictionary, dictionary ? dictionary : keys, err);
    if (!status)
        status = uncap_session_open_file(&net->session, runtime, path ? path : model, &options, err);
    if (status)
        return status;
    const struct uncap_session *s = net->session;
    if (!uncap_session_input(s, 0) || uncap_session_input(s, 1) || !uncap_session_output(s, 0))
        return uncap_fail(err, UNCAP_ERR_MODEL,
                          "'%s' is no text recogniser: it must have one input and an output",
                          path ? path : model);
    return UNCAP_OK;
}

int uncap_readnet_open(struct uncap_readnet **out, struct uncap_runtime *runtime, const char *path,
                       const char *dictionary, struct uncap_error *err)
{
    struct uncap_readnet *net = uncap_alloc(1, sizeof(*net));
    *out = NULL;
    if (!net)
        return uncap_fail_nomem(err, "text recogniser");
    const int status = open_parts(net, runtime, path, dictionary, err);
    if (status)
        uncap_readnet_close(&net);
    *out = net;
    return status;
}

void uncap_readnet_close(struct uncap_readnet **net)
{
    if (!*net)
        return;
    uncap_session_close(&(*net)->session);
    uncap_dictionary_close(&(*net)->dictionary);
    uncap_free(*net);
    *net = NULL;
}

/* The region of one picture at the network's size. input: [3][HEIGHT][w]. */
static int fill(const struct uncap_picture *picture, struct uncap_colour colour, struct uncap_rect region,
                int w, float *input, struct uncap_error *err)
{
    struct uncap_netinput in = {.planes = NULL};
    const int status = uncap_netinput_prepare(&in, picture, region, w, HEIGHT, err);
    if (!status)
        uncap_netinput_fill(&in, picture, colour, &halves, input);
    uncap_netinput_clear(&in);
    return status;
}

/* The same of the mean of n pictures, resampled once. */
static int fill_mean(const struct uncap_picture *pictures, int n, struct uncap_colour colour,
                     struct uncap_rect region, int w, float *input, struct uncap_error *err)
{
    enum { ROOM = 4 }; /* pixels beside the region that resampling may ask for */
    if (n == 1)
        return fill(pictures, colour, region, w, input, err);
    const struct uncap_rect all = {0, 0, pictures->w, pictures->h};
    const struct uncap_rect near = uncap_rect_intersect(uncap_rect_grow(region, ROOM, ROOM), all);
    const struct uncap_rect part = uncap_rect_intersect(
        uncap_rect_align(near, 1 << pictures->format.shift_x, 1 << pictures->format.shift_y), all);
    struct uncap_picture mean = {.w = 0};
    int status = uncap_blend(pictures, n, part, &mean, err);
    if (!status)
        status = fill(&mean, colour, uncap_rect_move(region, -part.x0, -part.y0), w, input, err);
    uncap_picture_free(&mean);
    return status;
}

static int read_output(const struct uncap_readnet *net, const struct uncap_tensor *out, char **text,
                       float *confidence, struct uncap_error *err)
{
    const struct uncap_shape *s = &out->shape;
    if (out->dtype != UNCAP_F32 || s->rank != 3 || s->dims[0] != 1 || s->dims[2] != net->dictionary.n)
        return uncap_fail(
            err, UNCAP_ERR_MODEL,
            "the text recogniser and its dictionary do not belong together: the network has %lld classes, "
            "the dictionary makes %d",
            s->rank == 3 ? (long long)s->dims[2] : 0LL, net->dictionary.n);
    *text = uncap_reading_decode(out->data, (int)s->dims[1], &net->dictionary, confidence);
    return *text ? UNCAP_OK : uncap_fail_nomem(err, "text");
}

int uncap_readnet_run(struct uncap_readnet *net, const struct uncap_picture *pictures, int n,
                      struct uncap_colour colour, struct uncap_rect region, char **text, float *confidence,
                      struct uncap_cancel *cancel, struct uncap_error *err)
{
    const double ratio = (double)uncap_rect_w(region) / uncap_rect_h(region);
    int w = (int)(HEIGHT * ratio + 0.5);
    w = w < WIDTH_MIN ? WIDTH_MIN : w > WIDTH_MAX ? WIDTH_MAX : w;
    *text = NULL;
    *confidence = 0;
    float *input = uncap_alloc((size_t)3 * HEIGHT * (size_t)w, sizeof(*input));
    if (!input)
        return uncap_fail_nomem(err, "text recogniser input");
    struct uncap_tensor in = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 3, HEIGHT, w), input),
                        out = {.data = NULL};
    const struct uncap_port ports[2] = {{uncap_session_input(net->session, 0), &in},
                                        {uncap_session_output(net->session, 0), &out}};
    int status = fill_mean(pictures, n, colour, region, w, input, err);
    if (!status)
        status = uncap_session_run(net->session, &ports[0], 1, &ports[1], 1, cancel, err);
    if (!status)
        status = read_output(net, &out, text, confidence, err);
    uncap_tensor_close(&out);
    uncap_free(input);
    return status;
}
