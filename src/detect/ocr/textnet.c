/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/textnet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/locate.h"
#include "nn/session.h"

/* PaddleOCR, ppocr/data/imaug/operators.py NormalizeImage: the statistics of ImageNet, applied in the order
 * of the channels as they lie, which are blue, green, red. */
static const struct uncap_normalisation imagenet = {{0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}};

struct uncap_textnet {
    struct uncap_session *session;
    char name[256]; /* of the model, for messages */
};

static int check_ports(const struct uncap_textnet *net, struct uncap_error *err)
{
    const struct uncap_session *s = net->session;
    if (uncap_session_input(s, 0) && !uncap_session_input(s, 1) && uncap_session_output(s, 0) &&
        !uncap_session_output(s, 1))
        return UNCAP_OK;
    return uncap_fail(
        err, UNCAP_ERR_MODEL,
        "'%s' is no text detector: it must have one input and one output; name a PP-OCR detection model",
        net->name);
}

int uncap_textnet_open(struct uncap_textnet **out, struct uncap_runtime *runtime, const char *path,
                       struct uncap_error *err)
{
    const struct uncap_session_options options = {.is_one_thread = true, .is_folded = true, .varies = true};
    char found[UNCAP_PATH_MAX];
    *out = NULL;
    if (!path) {
        const int status = uncap_locate_model(NULL, "ppocrv4_det.onnx", "run `make deps`", found, err);
        if (status)
            return status;
        path = found;
    }
    struct uncap_textnet *net = uncap_alloc(1, sizeof(*net));
    if (!net)
        return uncap_fail_nomem(err, "text detector");
    snprintf(net->name, sizeof(net->name), "%.255s", path);
    int status = uncap_session_open_file(&net->session, runtime, path, &options, err);
    if (!status)
        status = check_ports(net, err);
    if (status)
        uncap_textnet_close(&net);
    *out = net;
    return status;
}

void uncap_textnet_close(struct uncap_textnet **net)
{
    if (!*net)
        return;
    uncap_session_close(&(*net)->session);
    uncap_free(*net);
    *net = NULL;
}

static int multiple_of_32(double v)
{
    const int n = (int)(v / 32 + 0.5) * 32;
    return n < 32 ? 32 : n;
}

struct uncap_textnet_plan uncap_textnet_scale(struct uncap_rect region, double text_px, double target_px,
                                              int max_pixels)
{
    const double w = uncap_rect_w(region), h = uncap_rect_h(region);
    const double most = sqrt(max_pixels / (w * h));
    double scale = text_px > 0 ? target_px / text_px : 1;
    scale = fmin(fmin(scale, most), 2);
    struct uncap_textnet_plan plan = {region, multiple_of_32(w * scale), multiple_of_32(h * scale)};
    return plan;
}

/* The steps of 32 of the network's n, over [all0, all1) of the picture, that hold [*from, *to), which become
 * what they hold. */
static int hold(int all0, int all1, int n, int *from, int *to)
{
    const double step = 32.0 * (all1 - all0) / n;
    const int steps = (int)ceil((*to - *from) / step), length = (int)(steps * step + 0.5);
    if (32 * steps >= n) {
        *from = all0;
        *to = all1;
        return n;
    }
    int at = (*from + *to - length) / 2;
    at = at + length > all1 ? all1 - length : at;
    *from = at < all0 ? all0 : at;
    *to = *from + length;
    return 32 * steps;
}

struct uncap_textnet_plan uncap_textnet_columns(const struct uncap_textnet_plan *plan, int x0, int x1)
{
    struct uncap_textnet_plan part = *plan;
    part.w = hold(plan->region.x0, plan->region.x1, plan->w, &x0, &x1);
    part.region.x0 = x0;
    part.region.x1 = x1;
    return part;
}

struct uncap_textnet_plan uncap_textnet_rows(const struct uncap_textnet_plan *plan, int y0, int y1)
{
    struct uncap_textnet_plan part = *plan;
    part.h = hold(plan->region.y0, plan->region.y1, plan->h, &y0, &y1);
    part.region.y0 = y0;
    part.region.y1 = y1;
    return part;
}

int uncap_textnet_step(const struct uncap_textnet_plan *plan)
{
    return 32 * uncap_rect_h(plan->region) / plan->h;
}

struct uncap_map_place uncap_textnet_place(const struct uncap_textnet_plan *plan)
{
    return (struct uncap_map_place){plan->region.x0, plan->region.y0,
                                    (double)uncap_rect_w(plan->region) / plan->w,
                                    (double)uncap_rect_h(plan->region) / plan->h};
}

void uncap_textnet_scratch_clear(struct uncap_textnet_scratch *s)
{
    uncap_free(s->map);
    uncap_free(s->input);
    uncap_netinput_clear(&s->in);
    *s = (struct uncap_textnet_scratch){.map = NULL};
}

static int prepare(struct uncap_textnet_scratch *s, const struct uncap_picture *p, int n,
                   const struct uncap_textnet_plan *plan, struct uncap_error *err)
{
    const size_t area = (size_t)plan->w * (size_t)plan->h;
    if (!uncap_grow((void **)&s->map, &s->map_capacity, area * (size_t)n, sizeof(float)) ||
        !uncap_grow((void **)&s->input, &s->input_capacity, 3 * area * (size_t)n, sizeof(float)))
        return uncap_fail_nomem(err, "text detector input");
    return uncap_netinput_prepare(&s->in, p, plan->region, plan->w, plan->h, err);
}

int uncap_textnet_run(struct uncap_textnet *net, const struct uncap_picture *pictures, int n,
                      struct uncap_colour colour, const struct uncap_textnet_plan *plan,
                      struct uncap_textnet_scratch *s, struct uncap_cancel *cancel, struct uncap_error *err)
{
    int status = prepare(s, pictures, n, plan, err);
    if (status)
        return status;
    const size_t area = (size_t)plan->w * (size_t)plan->h;
    for (int i = 0; i < n; i++)
        uncap_netinput_fill(&s->in, &pictures[i], colour, &imagenet, s->input + 3 * area * (size_t)i);
    struct uncap_tensor in = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(n, 3, plan->h, plan->w), s->input);
    struct uncap_tensor out = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(n, 1, plan->h, plan->w), s->map);
    const struct uncap_port ports[2] = {{uncap_session_input(net->session, 0), &in},
                                        {uncap_session_output(net->session, 0), &out}};
    return uncap_session_run(net->session, &ports[0], 1, &ports[1], 1, cancel, err);
}
