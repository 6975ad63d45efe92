/* SPDX-License-Identifier: Apache-2.0 */
/* uncaption: the command line over libuncaption. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static const struct verb verbs[] = {
    {"", "IN -o OUT [options]", "Remove burned-in captions from a video.", VERB_RUN, 1, 1, cmd_run},
    {"detect", "detect IN -o CAPTIONS.json [options]",
     "Find captions and write them to a file that can be edited.", VERB_DETECT, 1, 1, cmd_detect},
    {"erase", "erase IN CAPTIONS.json -o OUT [options]", "Remove the captions that a file lists.", VERB_ERASE,
     2, 2, cmd_erase},
    {"overlay", "overlay IN CAPTIONS.json -o OUT [--matte]",
     "Draw what was found over the video, or the matte alone.", VERB_OVERLAY, 2, 2, cmd_overlay},
    {"verify", "verify IN CAPTIONS.json [--residual] [options]",
     "Prove that nothing outside the captions changes.", VERB_VERIFY, 2, 2, cmd_verify},
    {"engines", "engines", "List the inpainting engines of this build.", VERB_ENGINES, 0, 0, cmd_engines},
    {"models", "models [--models FOLDER] | models synth ENGINE FOLDER",
     "List the model files of the neural engines, and say which are here.", VERB_MODELS, 0, 3, cmd_models},
    {"doctor", "doctor", "Say what works on this machine, and why the rest does not.", VERB_DOCTOR, 0, 0,
     cmd_doctor},
    {NULL, NULL, NULL, 0, 0, 0, NULL},
};

int main(int argc, char **argv)
{
    uncap_silence_libraries(); /* their chatter would tear the progress bar; what matters comes as errors */
    const struct verb *verb = &verbs[0];
    int first = 1;
    for (const struct verb *v = verbs; v->name && argc > 1; v++)
        if (*v->name && !strcmp(argv[1], v->name)) {
            verb = v;
            first = 2;
        }
    if (argc > first && (!strcmp(argv[first], "--version") || !strcmp(argv[first], "-V"))) {
        printf("uncaption %s\n", uncap_version());
        return terminal_close(0);
    }
    if (argc == 1) {
        args_help(verb, verbs);
        return 2;
    }
    struct args args;
    if (!args_parse(&args, verb, argc, argv, first))
        return 2;
    if (args.help) {
        args_help(verb, verbs);
        return terminal_close(0);
    }
    return terminal_close(verb->run(&args));
}
