/* SPDX-License-Identifier: Apache-2.0 */
/* Suite diffueraser: the table of operations, and main. */
#include "diffueraser_nets.h"

enum { MAX_OPS = 64 };

int main(int argc, char **argv)
{
    struct golden_op ops[MAX_OPS] = {{NULL, NULL}};
    int n = 0;
    for (const struct golden_op *op = diffueraser_parts; op->name; op++)
        ops[n++] = *op;
    for (const struct golden_op *op = diffueraser_networks; op->name; op++)
        ops[n++] = *op;
    ops[n++] = (struct golden_op){"video.run", diffueraser_video_run};
    const struct golden_network network = {.name = "diffueraser",
                                           .ops = ops,
                                           .open = nets_open,
                                           .close = nets_close,
                                           .variable = "UNCAPTION_GOLDEN_DIR_DIFFUERASER"};
    return golden_main(argc, argv, &network);
}
