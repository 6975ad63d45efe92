/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/flow_completion.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/flow_graphs.h"
#include "nn/session.h"

enum {
    REACH = 8,                /* frames that the encoder's convolutions over time see each way */
    ENCODE_PIXEL_BYTES = 320, /* of one frame's activations at their peak, measured */
    MIN_STRETCH = 8,
};

static const size_t STRETCH_BYTES = (size_t)1 << 30; /* aim of one encoder run */

struct uncap_flow_completion {
    struct uncap_runtime *runtime;
    const struct uncap_weights *weights;
    const struct uncap_probe *probe;
    struct uncap_session *encode, *decode;
    struct uncap_session *first[2], *step[2]; /* [1]: forward */
};

/* One run. Arrays are [t][direction][...]: direction 0 is t -> t+1, 1 the other with its frames in reverse
 * order. */
struct run {
    struct uncap_flow_completion *net;
    float *flow[2];
    const float *masks;
    int n; /* flows */
    int h, w;
    float *mid, *back, *forth, *enc1;
    size_t mid_count, enc1_count; /* of one frame and direction */
    struct uncap_cancel *cancel;
    struct uncap_error *err;
};

int uncap_flow_completion_open(struct uncap_flow_completion **out, struct uncap_runtime *runtime,
                               const struct uncap_weights *weights, const struct uncap_probe *probe,
                               struct uncap_error *err)
{
    *out = NULL;
    struct uncap_flow_completion *net = uncap_alloc(1, sizeof(*net));
    if (!net)
        return uncap_fail_nomem(err, "flow completion");
    net->runtime = runtime;
    net->weights = weights;
    net->probe = probe;
    const bool has_taps = probe != NULL;
    const struct {
        struct uncap_session **session;
        void (*build)(struct uncap_graph *g, const void *opaque);
        struct uncap_flow_graph graph;
    } parts[] = {
        {&net->encode, uncap_flow_build_encode, {false, has_taps}},
        {&net->decode, uncap_flow_build_decode, {false, has_taps}},
        {&net->first[0], uncap_flow_build_first, {false, has_taps}},
        {&net->first[1], uncap_flow_build_first, {true, has_taps}},
        {&net->step[0], uncap_flow_build_step, {false, has_taps}},
        {&net->step[1], uncap_flow_build_step, {true, has_taps}},
    };
    int status = UNCAP_OK;
    for (size_t i = 0; !status && i < sizeof(parts) / sizeof(*parts); i++)
        status = uncap_graph_build(parts[i].session, runtime, weights, parts[i].build, &parts[i].graph,
                                   &(struct uncap_session_options){.gives_back = i == 0}, err);
    if (status) {
        uncap_flow_completion_close(&net);
        return status;
    }
    *out = net;
    return UNCAP_OK;
}

void uncap_flow_completion_close(struct uncap_flow_completion **pointer)
{
    struct uncap_flow_completion *net = *pointer;
    if (!net)
        return;
    uncap_session_close(&net->encode);
    uncap_session_close(&net->decode);
    for (int i = 0; i < 2; i++) {
        uncap_session_close(&net->first[i]);
        uncap_session_close(&net->step[i]);
    }
    uncap_free(net);
    *pointer = NULL;
}

static int stretch_frames(int h, int w)
{
    const size_t frame = (size_t)h * (size_t)w * ENCODE_PIXEL_BYTES;
    const size_t frames = STRETCH_BYTES / (frame ? frame : 1);
    return frames < MIN_STRETCH + 2 * REACH ? MIN_STRETCH : frames > 1000 ? 1000 : (int)frames - 2 * REACH;
}

size_t uncap_flow_completion_bytes(int n, int h, int w)
{
    const size_t pixels = (size_t)h * (size_t)w;
    const int stretch = stretch_frames(h, w);
    const size_t at_once = (size_t)(n < stretch + 2 * REACH ? n : stretch + 2 * REACH);
    /* mid, back, forth: 2 floats a pixel each; enc1: 4; two directions. */
    return (size_t)n * pixels * 80 + at_once * pixels * ENCODE_PIXEL_BYTES;
}

/* Flow and mask of step s of a direction. */
static float *flow_at(const struct run *r, int direction, int s)
{
    const int t = direction ? r->n - 1 - s : s;
    return r->flow[direction] + (size_t)t * 2 * (size_t)r->h * (size_t)r->w;
}

static const float *mask_at(const struct run *r, int direction, int s)
{
    const int t = direction ? r->n - s : s;
    return r->masks + (size_t)t * (size_t)r->h * (size_t)r->w;
}

/* Frame s of the network's input: flow outside the mask, and the mask. */
static void fill_input(const struct run *r, int direction, int s, float *out)
{
    const size_t plane = (size_t)r->h * (size_t)r->w;
    const float *flow = flow_at(r, direction, s);
    const float *mask = mask_at(r, direction, s);
    for (size_t i = 0; i < plane; i++) {
        out[i] = flow[i] * (1 - mask[i]);
        out[plane + i] = flow[plane + i] * (1 - mask[i]);
        out[2 * plane + i] = mask[i];
    }
}

static float *slot(float *array, size_t count, int s, int direction)
{
    return array + ((size_t)s * 2 + (size_t)direction) * count;
}

/* Show the frames [from, end) of a result that holds frames from `start` on. Forward direction only. */
static int show(const struct run *r, const char *name, const struct uncap_tensor *t, int start, int from,
                int end)
{
    const int64_t *d = t->shape.dims;
    const size_t count = (size_t)(d[1] * d[2] * d[3]);
    int status = UNCAP_OK;
    for (int s = from; !status && t->data && s < end; s++)
        status = uncap_probe_show(r->net->probe, name, UNCAP_SHAPE(d[1], d[2], d[3]),
                                  (const float *)t->data + (size_t)(s - start) * count, s, r->n, r->err);
    return status;
}

/* Encode frames [from, end) of a direction. */
static int encode_stretch(struct run *r, int direction, int from, int end)
{
    const int start = from - REACH < 0 ? 0 : from - REACH;
    const int stop = end + REACH > r->n ? r->n : end + REACH;
    struct uncap_tensor x;
    struct uncap_tensor out[4] = {{.dtype = UNCAP_F32}};
    int status = uncap_tensor_open(&x, UNCAP_F32, UNCAP_SHAPE(stop - start, 3, r->h, r->w), r->err);
    if (status)
        return status;
    for (int s = start; s < stop; s++)
        fill_input(r, direction, s, (float *)x.data + (size_t)(s - start) * 3 * (size_t)r->h * (size_t)r->w);
    const struct uncap_port ports[] = {
        {"enc1", &out[0]}, {"mid", &out[1]}, {"down", &out[2]}, {"enc2", &out[3]}};
    const bool shows = r->net->probe && direction == 0;
    status = uncap_session_run(r->net->encode, &(struct uncap_port){"x", &x}, 1, ports, shows ? 4 : 2,
                               r->cancel, r->err);
    for (int s = from; !status && s < end; s++) {
        memcpy(slot(r->enc1, r->enc1_count, s, direction),
               (float *)out[0].data + (size_t)(s - start) * r->enc1_count, r->enc1_count * sizeof(float));
        memcpy(slot(r->mid, r->mid_count, s, direction),
               (float *)out[1].data + (size_t)(s - start) * r->mid_count, r->mid_count * sizeof(float));
    }
    for (int i = 0; i < 4; i++) {
        if (!status && shows)
            status = show(r, ports[i].name, &out[i], start, from, end);
        uncap_tensor_close(&out[i]);
    }
    uncap_tensor_close(&x);
    return status;
}

static int encode(struct run *r)
{
    const int stretch = stretch_frames(r->h, r->w);
    int status = UNCAP_OK;
    for (int direction = 0; direction < 2; direction++)
        for (int from = 0; !status && from < r->n; from += stretch)
            status = encode_stretch(r, direction, from, from + stretch > r->n ? r->n : from + stretch);
    return status;
}

/* Both directions of one frame of a feature array, as a batch of two. */
static struct uncap_tensor pair(const struct run *r, float *array, int s)
{
    return uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(2, 128, r->h / 8, r->w / 8),
                             slot(array, r->mid_count, s, 0));
}

/* One pass of the propagation: backward into back, or forward (which reads back) into forth. */
static int propagate(struct run *r, bool is_forward)
{
    float *result = is_forward ? r->forth : r->back;
    const int by = is_forward ? 1 : -1;
    struct uncap_tensor zero;
    int status = uncap_tensor_open(&zero, UNCAP_F32, UNCAP_SHAPE(2, 128, r->h / 8, r->w / 8), r->err);
    for (int i = 0; !status && i < r->n; i++) {
        const int s = is_forward ? i : r->n - 1 - i;
        struct uncap_tensor x = pair(r, r->mid, s);
        struct uncap_tensor back = pair(r, r->back, s);
        struct uncap_tensor out = pair(r, result, s);
        struct uncap_tensor p1 = i > 0 ? pair(r, result, s - by) : zero;
        struct uncap_tensor p2 = i > 1 ? pair(r, result, s - 2 * by) : zero;
        const struct uncap_port to = {"out", &out};
        const struct uncap_port in[] = {{"x", &x}, {"back", &back}};
        const struct uncap_port in_step[] = {{"p1", &p1}, {"x", &x}, {"p2", &p2}, {"back", &back}};
        if (i == 0)
            status = uncap_session_run(r->net->first[is_forward], in, is_forward ? 2 : 1, &to, 1, r->cancel,
                                       r->err);
        else
            status = uncap_session_run(r->net->step[is_forward], in_step, is_forward ? 4 : 3, &to, 1,
                                       r->cancel, r->err);
    }
    uncap_tensor_close(&zero);
    return status;
}

static void combine(const struct run *r, int direction, int s, const float *pred)
{
    const size_t plane = (size_t)r->h * (size_t)r->w;
    float *flow = flow_at(r, direction, s);
    const float *mask = mask_at(r, direction, s);
    for (size_t i = 0; i < 2 * plane; i++)
        flow[i] = pred[i] * mask[i % plane] + flow[i] * (1 - mask[i % plane]);
}

static int show_decoded(const struct run *r, int s, const struct uncap_tensor *out,
                        const struct uncap_port *ports)
{
    int status = UNCAP_OK;
    const size_t plane = (size_t)r->h * (size_t)r->w;
    const struct uncap_shape shape = UNCAP_SHAPE(2, r->h, r->w);
    for (int i = 1; !status && i < 4; i++) {
        const struct uncap_tensor first = uncap_tensor_view(
            UNCAP_F32, UNCAP_SHAPE(1, out[i].shape.dims[1], out[i].shape.dims[2], out[i].shape.dims[3]),
            out[i].data);
        status = show(r, ports[i].name, &first, s, s, s + 1);
    }
    if (!status)
        status = uncap_probe_show(r->net->probe, "pred_f", shape, out[0].data, s, r->n, r->err);
    if (!status)
        status = uncap_probe_show(r->net->probe, "pred_b", shape, (const float *)out[0].data + 2 * plane,
                                  r->n - 1 - s, r->n, r->err);
    return status;
}

static int decode(struct run *r)
{
    int status = UNCAP_OK;
    const size_t plane = (size_t)r->h * (size_t)r->w;
    for (int s = 0; !status && s < r->n; s++) {
        struct uncap_tensor back = pair(r, r->back, s);
        struct uncap_tensor forth = pair(r, r->forth, s);
        struct uncap_tensor x = pair(r, r->mid, s);
        struct uncap_tensor enc1 = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(2, 64, r->h / 4, r->w / 4),
                                                     slot(r->enc1, r->enc1_count, s, 0));
        struct uncap_tensor out[4] = {{.dtype = UNCAP_F32}};
        const struct uncap_port in[] = {{"back", &back}, {"forth", &forth}, {"x", &x}, {"enc1", &enc1}};
        const struct uncap_port ports[] = {
            {"pred", &out[0]}, {"prop", &out[1]}, {"dec2", &out[2]}, {"dec1", &out[3]}};
        status = uncap_session_run(r->net->decode, in, 4, ports, r->net->probe ? 4 : 1, r->cancel, r->err);
        if (!status && r->net->probe)
            status = show_decoded(r, s, out, ports);
        for (int direction = 0; !status && direction < 2; direction++)
            combine(r, direction, s, (const float *)out[0].data + (size_t)direction * 2 * plane);
        for (int i = 0; i < 4; i++)
            uncap_tensor_close(&out[i]);
    }
    return status;
}

int uncap_flow_completion_run(struct uncap_flow_completion *net, float *flow_f, float *flow_b,
                              const float *masks, int n, int h, int w, struct uncap_cancel *cancel,
                              struct uncap_error *err)
{
    const size_t pixels = (size_t)h * (size_t)w;
    struct run r = {.net = net,
                    .flow = {flow_f, flow_b},
                    .masks = masks,
                    .n = n - 1,
                    .h = h,
                    .w = w,
                    .mid_count = pixels / 64 * 128,
                    .enc1_count = pixels / 16 * 64,
                    .cancel = cancel,
                    .err = err};
    if (n < 2)
        return UNCAP_OK;
    const size_t slots = 2 * (size_t)(n - 1);
    r.mid = uncap_alloc(slots * r.mid_count, sizeof(float));
    r.back = uncap_alloc(slots * r.mid_count, sizeof(float));
    r.forth = uncap_alloc(slots * r.mid_count, sizeof(float));
    r.enc1 = uncap_alloc(slots * r.enc1_count, sizeof(float));
    int status = r.mid && r.back && r.forth && r.enc1 ? UNCAP_OK : uncap_fail_nomem(err, "flow completion");
    if (!status)
        status = encode(&r);
    if (!status)
        status = propagate(&r, false);
    if (!status)
        status = propagate(&r, true);
    if (!status)
        status = decode(&r);
    uncap_free(r.mid);
    uncap_free(r.back);
    uncap_free(r.forth);
    uncap_free(r.enc1);
    return status;
}

int uncap_flow_completion_align(struct uncap_flow_completion *net, bool is_forward, const float *x,
                                const float *cond, int h, int w, struct uncap_error *err)
{
    struct uncap_session *session;
    const struct uncap_flow_graph graph = {is_forward, true};
    int status =
        uncap_graph_build(&session, net->runtime, net->weights, uncap_flow_build_align, &graph, NULL, err);
    if (status)
        return status;
    struct uncap_tensor a = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 256, h, w), x);
    struct uncap_tensor b = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 384, h, w), cond);
    struct uncap_tensor out = {.dtype = UNCAP_F32};
    struct uncap_tensor raw = {.dtype = UNCAP_F32};
    const struct uncap_port in[] = {{"x", &a}, {"cond", &b}};
    const struct uncap_port ports[] = {{"out", &out}, {"raw", &raw}};
    status = uncap_session_run(session, in, 2, ports, 2, NULL, err);
    if (!status)
        status = uncap_probe_show(net->probe, "out", UNCAP_SHAPE(128, h, w), out.data, 0, 1, err);
    if (!status)
        status = uncap_probe_show(net->probe, "raw", UNCAP_SHAPE(432, h, w), raw.data, 0, 1, err);
    uncap_tensor_close(&out);
    uncap_tensor_close(&raw);
    uncap_session_close(&session);
    return status;
}
