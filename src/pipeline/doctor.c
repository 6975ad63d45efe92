/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "media/encode.h"
#include "nn/locate.h"
#include "nn/runtime.h"
#include "uncaption/doctor.h"

struct visit {
    void (*on_finding)(void *opaque, const struct uncap_finding *finding);
    void *opaque;
};

static void tell(const struct visit *v, enum uncap_finding_kind kind, const char *name, bool works,
                 const char *detail)
{
    const struct uncap_finding f = {.kind = kind, .name = name, .works = works, .detail = detail};
    v->on_finding(v->opaque, &f);
}

/* Keeps the line in which the runtime says why a GPU is not used. */
static void keep_line(void *opaque, enum uncap_log_level level, const char *line)
{
    (void)level;
    snprintf(opaque, sizeof(((struct uncap_error *)0)->message), "%s", line);
}

static void visit_runtime(const struct visit *v)
{
    struct uncap_runtime *runtime = NULL;
    struct uncap_error err = {.status = UNCAP_OK};
    const struct uncap_runtime_options cpu = {.device = "cpu"};
    if (uncap_runtime_open(&runtime, &cpu, &err)) {
        tell(v, UNCAP_FINDING_RUNTIME, "ONNX Runtime", false, err.message);
        return;
    }
    char detail[UNCAP_PATH_MAX + 64];
    snprintf(detail, sizeof(detail), "%s, %s", uncap_runtime_version(runtime),
             uncap_runtime_library(runtime));
    tell(v, UNCAP_FINDING_RUNTIME, "ONNX Runtime", true, detail);
    tell(v, UNCAP_FINDING_PROVIDER, "cpu", true, "always there");
    uncap_runtime_close(&runtime);
}

static void visit_cuda(const struct visit *v)
{
    struct uncap_runtime *runtime = NULL;
    struct uncap_error err = {.status = UNCAP_OK};
    struct uncap_error said = {.status = UNCAP_OK};
    const struct uncap_control control = {.opaque = said.message, .on_log = keep_line};
    const struct uncap_runtime_options cuda = {.device = "cuda", .control = &control};
    const bool is_open = !uncap_runtime_open(&runtime, &cuda, &err);
    const bool works =
        is_open && uncap_runtime_device(runtime)[0] == 'C' && uncap_runtime_device(runtime)[1] == 'U';
    const char *detail = works ? uncap_runtime_device(runtime) : is_open ? said.message : err.message;
    tell(v, UNCAP_FINDING_PROVIDER, "cuda", works, detail);
    uncap_runtime_close(&runtime);
}

static void visit_models(const struct visit *v, const char *models)
{
    static const char *const names[] = {"ppocrv4_det.onnx", "ppocrv4_rec.onnx", "ppocr_keys_v1.txt"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[UNCAP_PATH_MAX];
        struct uncap_error err = {.status = UNCAP_OK};
        const bool is_there = !uncap_locate_model(models, names[i], "run `make deps`", path, &err);
        tell(v, UNCAP_FINDING_MODEL, names[i], is_there, is_there ? path : err.message);
    }
}

static void visit_encoders(const struct visit *v)
{
    struct uncap_encoder_status s;
    for (int i = 0; uncap_encoder_probe(i, &s); i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s (%s)", s.name, s.codec);
        tell(v, UNCAP_FINDING_ENCODER, name, s.works, s.works ? "opens" : s.reason);
    }
}

int uncap_doctor(const char *models, void (*on_finding)(void *opaque, const struct uncap_finding *finding),
                 void *opaque, struct uncap_error *err)
{
    (void)err;
    const struct visit v = {on_finding, opaque};
    visit_runtime(&v);
    visit_cuda(&v);
    visit_models(&v, models);
    visit_encoders(&v);
    return UNCAP_OK;
}
