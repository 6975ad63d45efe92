/* SPDX-License-Identifier: Apache-2.0 */
/* Feed files, or all files of a folder, to a fuzz target once each: the corpus as a test, without a fuzzer.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (!file || fstat(fileno(file), &info)) {
        fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
        return file ? fclose(file), 1 : 1;
    }
    const size_t size = (size_t)info.st_size;
    uint8_t *data =
        malloc(size ? size : 1); /* exactly as long as the input, so that a sanitizer sees an overread */
    int failed = !data || fread(data, 1, size, file) != size;
    fclose(file);
    if (!failed)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    return failed;
}

static int replay_folder(const char *path, int *n)
{
    struct dirent **entries;
    const int n_entries = scandir(path, &entries, NULL, alphasort);
    if (n_entries < 0) {
        fprintf(stderr, "cannot list %s: %s\n", path, strerror(errno));
        return 1;
    }
    int failed = 0;
    for (int i = 0; i < n_entries; i++) {
        char file[4096];
        snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            failed |= replay_file(file);
            ++*n;
        }
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    int n = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay_folder(argv[i], &n);
    printf("%d inputs replayed\n", n);
    return failed || n == 0;
}
