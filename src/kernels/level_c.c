/* SPDX-License-Identifier: Apache-2.0 */
#define UNCAP_TARGET
#include "kernels/lanes.h"
#include "kernels/levels.h"

#include "kernels/affine.h"
#include "kernels/changes.h"
#include "kernels/dis.h"
#include "kernels/follow.h"
#include "kernels/fuse.h"
#include "kernels/laplace.h"
#include "kernels/match.h"
#include "kernels/plate.h"
#include "kernels/pushpull.h"
#include "kernels/refine.h"
#include "kernels/residual.h"

const struct uncap_kernels uncap_kernels_c = {
    .name = "c",
    .dis = dis,
    .refine = refine,
    .residual = residual_row,
    .round_trip = round_trip_row,
    .affine_sums = affine_sums,
    .differences = differences,
    .halve = halve,
    .columns = columns,
    .births = births,
    .add_up = add_up,
    .stand_out = stand_out,
    .agree = agree,
    .plate_place = plate_place,
    .plate_read = plate_read,
    .plate_vote = plate_vote,
    .plate_find = plate_find,
    .plate_lay = plate_lay,
    .follow = follow,
    .fuse = fuse_row,
    .merge = merge_sites,
    .push = push_rows,
    .pull = pull_row,
    .interpolate = interpolate_row,
    .laplace = laplace,
};
