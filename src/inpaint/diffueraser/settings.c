/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/settings.h"

#include "inpaint/engine_option.h"

static const char ENGINE[] = "diffueraser";

int uncap_diffuser_settings_read(struct uncap_diffuser_settings *s, const struct uncap_erase_options *o,
                                 struct uncap_error *err)
{
    static const char *const keys[] = {"nframes", "steps",     "dilation",     "max-size",
                                       "batch",   "vae-batch", "preinference", "interpolate-positions",
                                       NULL};
    *s = (struct uncap_diffuser_settings){
        .nframes = 32, .steps = 2, .dilation = 8, .max_size = 960, .seed = o->seed};
    const struct {
        const char *key;
        int min, max, *value;
    } numbers[] = {
        {"nframes", 2, 256, &s->nframes},  {"steps", 2, 16, &s->steps},
        {"dilation", 0, 64, &s->dilation}, {"max-size", 256, 1920, &s->max_size},
        {"batch", 1, 64, &s->batch},       {"vae-batch", 1, 64, &s->vae_batch},
    };
    int rc = uncap_engine_option_check(o, ENGINE, keys, err);
    for (size_t k = 0; !rc && k < sizeof(numbers) / sizeof(*numbers); k++)
        rc = uncap_engine_option_int(o, ENGINE, numbers[k].key, numbers[k].min, numbers[k].max,
                                     numbers[k].value, err);
    if (!rc)
        rc = uncap_engine_option_bool(o, ENGINE, "preinference", &s->has_preinference, err);
    if (!rc)
        rc = uncap_engine_option_bool(o, ENGINE, "interpolate-positions", &s->interpolates, err);
    if (!rc && (s->steps & (s->steps - 1)))
        rc = uncap_fail(err, UNCAP_ERR_ARG,
                        "steps of engine %s is 2, 4, 8 or 16: there are no weights for %d", ENGINE, s->steps);
    return rc;
}

int uncap_diffuser_settings_batch(int chosen, int most, double flops_a_pixel, size_t pixels, bool is_gpu)
{
    static const double flops_a_second = 1e11; /* of one core that is not alone */
    const double fits = flops_a_second / (flops_a_pixel * (double)(pixels ? pixels : 1));
    if (chosen)
        return chosen;
    return is_gpu || fits >= most ? most : fits < 1 ? 1 : (int)fits;
}
