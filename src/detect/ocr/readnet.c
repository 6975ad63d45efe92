/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/readnet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "detect/ocr/blend.h"
#include "detect/ocr/netinput.h"
#include "nn/locate.h"
#include "nn/session.h"

enum {
    HEIGHT = 48,
    WIDTH_MIN = 48,
    WIDTH_MAX = 3200, /* a line 66 times as long as high */
    DICTIONARY_MAX = 1 << 20,
};

/* PaddleOCR, tools/infer/predict_rec.py resize_norm_img: (v / 255 - 0.5) / 0.5. */
static const struct uncap_normalisation halves = {{0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f}};

struct uncap_readnet {
    struct uncap_session *session;
    char *dictionary; /* the file's text, lines cut by NUL */
    const char **characters;
    int n_classes;
};

static int read_file(const char *path, char **text, size_t *n, struct uncap_error *err)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot open dictionary '%s': %s", path,
                                strerror(errno));
    *text = uncap_alloc(DICTIONARY_MAX + 1, 1);
    *n = *text ? fread(*text, 1, DICTIONARY_MAX, f) : 0;
    const int has_failed = ferror(f), cause = errno;
    fclose(f);
    if (!*text)
        return uncap_fail_nomem(err, "dictionary");
    return has_failed ? uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot read dictionary '%s'", path)
                      : UNCAP_OK;
}

/* Class i is line i - 1; the last class is the space. */
static int load_dictionary(struct uncap_readnet *net, const char *path, struct uncap_error *err)
{
    size_t n = 0;
    const int status = read_file(path, &net->dictionary, &n, err);
    if (status)
        return status;
    size_t n_lines = n && net->dictionary[n - 1] != '\n';
    for (size_t i = 0; i < n; i++)
        n_lines += net->dictionary[i] == '\n';
    net->characters = uncap_alloc(n_lines + 2, sizeof(*net->characters));
    if (!net->characters)
        return uncap_fail_nomem(err, "dictionary");
    net->characters[net->n_classes++] = "";
    char *line = net->dictionary;
    for (size_t i = 0; i < n_lines; i++) {
        char *end = line + strcspn(line, "\r\n");
        char *next = *end == '\r' && end[1] == '\n' ? end + 2 : end + 1;
        *end = 0;
        net->characters[net->n_classes++] = line;
        line = next;
    }
    net->characters[net->n_classes++] = " ";
    return UNCAP_OK;
}

static int open_parts(struct uncap_readnet *net, struct uncap_runtime *runtime, const char *path,
                      const char *dictionary, struct uncap_error *err)
{
    const struct uncap_session_options options = {.is_one_thread = true, .is_folded = true};
    char model[UNCAP_PATH_MAX], keys[UNCAP_PATH_MAX];
    int status = UNCAP_OK;
    if (!path)
        status = uncap_locate_model(NULL, "ppocrv4_rec.onnx", "run `make deps`", model, err);
    if (!status && !dictionary)
        status = uncap_locate_model(NULL, "ppocr_keys_v1.txt", "run `make deps`", keys, err);
    if (!status)
        status = load_dictionary(net, dictionary ? dictionary : keys, err);
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
    uncap_free((void *)(*net)->characters);
    uncap_free((*net)->dictionary);
    uncap_free(*net);
    *net = NULL;
}

/* A text that is being put together.
 *
 * last    class of the step before
 * spread  probability that no space stands between the last character and here, where none is likeliest
 * sum, n  of its characters' probabilities */
struct reading {
    char *text;
    size_t length, capacity;
    int last, n;
    float spread;
    double sum;
};

static bool append(struct reading *r, const char *character)
{
    const size_t size = strlen(character);
    if (!uncap_grow((void **)&r->text, &r->capacity, r->length + size + 1, 1))
        return false;
    memcpy(r->text + r->length, character, size + 1);
    r->length += size;
    return true;
}

/* A space that is spread over the steps between two letters is none of their likeliest classes, but in the
 * sum over all paths. A tenth is enough: many spaces are left out in the texts that the network was taught
 * on; between the letters of a word the sum is below a twenty-fifth (2,500 of them). */
static bool stands_apart(const struct reading *r)
{
    static const float least = 0.1f;
    return r->length && r->text[r->length - 1] != ' ' && 1 - r->spread >= least;
}

/* Add a step of class `best`. */
static bool add_step(struct reading *r, const float *step, int best, const char *const *characters,
                     int n_classes)
{
    const bool is_new = best && best != r->last, is_space = characters[best][0] == ' ';
    r->last = best;
    if (!best)
        r->spread *= 1 - step[n_classes - 1];
    if (is_new && !(is_space && !r->length)) {
        if (!is_space && stands_apart(r) && !append(r, " "))
            return false;
        if (!append(r, characters[best]))
            return false;
        r->sum += (double)step[best];
        r->n++;
    }
    if (best)
        r->spread = 1;
    return true;
}

char *uncap_readnet_decode(const float *p, int n_steps, int n_classes, const char *const *characters,
                           float *confidence)
{
    struct reading r = {.spread = 1};
    bool is_whole = append(&r, "");
    for (int i = 0; i < n_steps && is_whole; i++) {
        const float *step = p + (ptrdiff_t)i * n_classes;
        int best = 0;
        for (int k = 1; k < n_classes; k++)
            best = step[k] > step[best] ? k : best;
        is_whole = add_step(&r, step, best, characters, n_classes);
    }
    if (!is_whole) {
        uncap_free(r.text);
        return NULL;
    }
    while (r.length && r.text[r.length - 1] == ' ')
        r.text[--r.length] = 0;
    *confidence = r.n ? (float)(r.sum / r.n) : 0;
    return r.text;
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
    if (out->dtype != UNCAP_F32 || s->rank != 3 || s->dims[0] != 1 || s->dims[2] != net->n_classes)
        return uncap_fail(
            err, UNCAP_ERR_MODEL,
            "the text recogniser and its dictionary do not belong together: the network has %lld classes, "
            "the dictionary makes %d",
            s->rank == 3 ? (long long)s->dims[2] : 0LL, net->n_classes);
    *text = uncap_readnet_decode(out->data, (int)s->dims[1], net->n_classes, net->characters, confidence);
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
