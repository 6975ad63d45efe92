/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/textnet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/locate.h"
#include "nn/session.h"

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
    return uncap_fail(err, UNCAP_ERR_MODEL,
                      "'%s' is no text detector: it must have one input and one output; name a PP-OCR detection model",
                      net->name);
}

int uncap_textnet_open(struct uncap_textnet **out, struct uncap_runtime *runtime, const char *path,
                       struct uncap_error *err)
{
    const struct uncap_session_options options = {.is_one_thread = true};
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

struct uncap_map_place uncap_textnet_place(const struct uncap_textnet_plan *plan)
{
    return (struct uncap_map_place){plan->region.x0, plan->region.y0, (double)uncap_rect_w(plan->region) / plan->w,
                                    (double)uncap_rect_h(plan->region) / plan->h};
}

void uncap_textnet_scratch_clear(struct uncap_textnet_scratch *s)
{
    uncap_free(s->map);
    uncap_free(s->input);
    uncap_free(s->planes);
    uncap_free(s->row);
    for (int i = 0; i < 2; i++) {
        uncap_taps_clear(&s->x[i]);
        uncap_taps_clear(&s->y[i]);
    }
    *s = (struct uncap_textnet_scratch){.map = NULL};
}

static int prepare(struct uncap_textnet_scratch *s, const struct uncap_picture *p, int n,
                   const struct uncap_textnet_plan *plan, struct uncap_error *err)
{
    const size_t area = (size_t)plan->w * (size_t)plan->h;
    if (!uncap_grow((void **)&s->map, &s->map_capacity, area * (size_t)n, sizeof(float)) ||
        !uncap_grow((void **)&s->input, &s->input_capacity, 3 * area * (size_t)n, sizeof(float)) ||
        !uncap_grow((void **)&s->planes, &s->planes_capacity, 3 * area, sizeof(float)) ||
        !uncap_grow((void **)&s->row, &s->row_capacity, (size_t)p->w, sizeof(float)))
        return uncap_fail_nomem(err, "text detector input");
    const struct uncap_rect r = plan->region;
    for (int i = 0; i < 2; i++) {
        /* The chroma planes' share of the region, as fractions of their own samples. */
        const double sx = i ? 1.0 / (1 << p->format.shift_x) : 1, sy = i ? 1.0 / (1 << p->format.shift_y) : 1;
        int status = uncap_taps_set(&s->x[i], uncap_plane_w(p->format, i, p->w), plan->w, r.x0 * sx, r.x1 * sx, err);
        if (!status)
            status = uncap_taps_set(&s->y[i], uncap_plane_h(p->format, i, p->h), plan->h, r.y0 * sy, r.y1 * sy, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}

/* rgb[c] = offset[c] + from[c][0] * Y + from[c][1] * Cb + from[c][2] * Cr, samples scaled so that max is 1. */
struct conversion {
    float from[3][3], offset[3];
};

static struct conversion conversion_of(struct uncap_format f, struct uncap_colour colour)
{
    if (f.n_planes == 1)
        return (struct conversion){.from = {{1}, {1}, {1}}};
    if (colour.matrix == 0) /* planes are G, B, R */
        return (struct conversion){.from = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}};
    float kr = 0.299f, kb = 0.114f; /* BT.601, also when unspecified */
    if (colour.matrix == 1) {
        kr = 0.2126f;
        kb = 0.0722f;
    } else if (colour.matrix == 9 || colour.matrix == 10) {
        kr = 0.2627f;
        kb = 0.0593f;
    }
    const float y = colour.is_full_range ? 1 : 255 / 219.0f, c = colour.is_full_range ? 1 : 255 / 224.0f;
    const float black = colour.is_full_range ? 0 : 16 / 255.0f, middle = 128 / 255.0f;
    const float kg = 1 - kr - kb;
    struct conversion out = {.from = {{y, 0, 2 * (1 - kr) * c},
                                      {y, -2 * kb * (1 - kb) / kg * c, -2 * kr * (1 - kr) / kg * c},
                                      {y, 2 * (1 - kb) * c, 0}}};
    for (int i = 0; i < 3; i++)
        out.offset[i] = -out.from[i][0] * black - (out.from[i][1] + out.from[i][2]) * middle;
    return out;
}

/* PaddleOCR's normalisation, ppocr/data/imaug/operators.py NormalizeImage: the statistics of ImageNet, applied in the
 * order of the channels as they lie, which are blue, green, red. */
static void normalise(const float *planes, size_t area, const struct conversion *c, float *input)
{
    static const float mean[3] = {0.485f, 0.456f, 0.406f}, deviation[3] = {0.229f, 0.224f, 0.225f};
    for (int i = 0; i < 3; i++) {
        const int channel = 2 - i;
        const float *m = c->from[channel];
        const float gain = 1 / deviation[i], shift = -mean[i] / deviation[i], offset = c->offset[channel];
        float *to = input + (size_t)i * area;
        for (size_t at = 0; at < area; at++) {
            const float v = offset + m[0] * planes[at] + m[1] * planes[area + at] + m[2] * planes[2 * area + at];
            to[at] = (v < 0 ? 0 : v > 1 ? 1 : v) * gain + shift;
        }
    }
}

static void fill_input(const struct uncap_picture *p, struct uncap_colour colour,
                       const struct uncap_textnet_plan *plan, struct uncap_textnet_scratch *s, float *input)
{
    const size_t area = (size_t)plan->w * (size_t)plan->h;
    const struct conversion c = conversion_of(p->format, colour);
    const float gain = 1 / (float)((1 << p->format.depth) - 1);
    for (int i = 0; i < p->format.n_planes; i++)
        uncap_resample(p->data[i], p->stride[i], p->format.depth > 8, &s->x[i > 0], &s->y[i > 0], gain, s->row,
                       s->planes + (size_t)i * area);
    normalise(s->planes, area, &c, input);
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
        fill_input(&pictures[i], colour, plan, s, s->input + 3 * area * (size_t)i);
    struct uncap_tensor in = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(n, 3, plan->h, plan->w), s->input);
    struct uncap_tensor out = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(n, 1, plan->h, plan->w), s->map);
    const struct uncap_port ports[2] = {{uncap_session_input(net->session, 0), &in},
                                        {uncap_session_output(net->session, 0), &out}};
    return uncap_session_run(net->session, &ports[0], 1, &ports[1], 1, cancel, err);
}
