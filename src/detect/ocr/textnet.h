/* SPDX-License-Identifier: Apache-2.0 */
/* The text detector network (PP-OCR DB): part of a picture in, text probability map out.
 *
 * Input of the network: [n][3][h][w] f32 BGR, (v / 255 - mean) / std, h and w multiples of 32. Output:
 * [n][1][h][w]. */
#ifndef UNCAP_DETECT_OCR_TEXTNET_H
#define UNCAP_DETECT_OCR_TEXTNET_H

#include "base/cancel.h"
#include "base/error.h"
#include "base/picture.h"
#include "detect/ocr/boxes.h"
#include "detect/ocr/netinput.h"
#include "nn/runtime.h"

struct uncap_textnet;

/* Open the network.
 *
 * path    .onnx file; NULL: the installed PP-OCR model.
 * Errors  MODEL (missing, or not a detector: it must have one input and one output), BACKEND, NOMEM.
 */
int uncap_textnet_open(struct uncap_textnet **out, struct uncap_runtime *runtime, const char *path,
                       struct uncap_error *err);
void uncap_textnet_close(struct uncap_textnet **net);

/* Which part of the picture the network sees, at what size.
 *
 * region  picture coordinates, inside the picture, not empty.
 * w, h    of the map: multiples of 32. The region is stretched onto it, by nearly the same factor on both
 * axes.
 */
struct uncap_textnet_plan {
    struct uncap_rect region;
    int w, h;
};

/* Size for a region: text of text_px picture pixels' height shall be target_px high, within max_pixels and
 * never grown more than twofold.
 *
 * text_px  0: unknown, the region gets max_pixels at most and is not grown.
 */
struct uncap_textnet_plan uncap_textnet_scale(struct uncap_rect region, double text_px, double target_px,
                                              int max_pixels);

/* The part of a plan that holds columns [x0, x1), or rows [y0, y1), of its region, at the same scale: the
 * network's steps that hold them. */
struct uncap_textnet_plan uncap_textnet_columns(const struct uncap_textnet_plan *plan, int x0, int x1);
struct uncap_textnet_plan uncap_textnet_rows(const struct uncap_textnet_plan *plan, int y0, int y1);

/* Rows of the picture in a step of the network. */
int uncap_textnet_step(const struct uncap_textnet_plan *plan);

/* Where the plan's map lies in the picture. */
struct uncap_map_place uncap_textnet_place(const struct uncap_textnet_plan *plan);

/* Buffers of one caller, reused from run to run. Zero-initialise; uncap_textnet_scratch_clear frees.
 * map  [n][h][w] f32 of the last run. */
struct uncap_textnet_scratch {
    float *map;
    size_t map_capacity;
    float *input;
    size_t input_capacity;
    struct uncap_netinput in;
};
void uncap_textnet_scratch_clear(struct uncap_textnet_scratch *scratch);

/* Run on n pictures of one size and format, all by the same plan; scratch->map receives the maps.
 *
 * Threads  safe, with a scratch for each caller.
 * Errors   BACKEND, MODEL (output of another shape), NOMEM, CANCELLED.
 */
int uncap_textnet_run(struct uncap_textnet *net, const struct uncap_picture *pictures, int n,
                      struct uncap_colour colour, const struct uncap_textnet_plan *plan,
                      struct uncap_textnet_scratch *scratch, struct uncap_cancel *cancel,
                      struct uncap_error *err);

#endif
