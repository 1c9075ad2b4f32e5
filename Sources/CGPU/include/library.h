// Opening a shared library.
#pragma once
#include <stdint.h>
#include <stddef.h>

#pragma clang diagnostic ignored "-Wnullability-completeness"

// One function pointer of a table; `name` is how Swift calls it, `symbol` what the library exports.
#define CGPU_FIELD(name, symbol, arguments) int (*_Nonnull name) arguments;

/// Opens a library by path or name; NULL on failure, and then `*error` has the words.
void *_Nullable cgpu_open(const char *_Nonnull path, const char *_Nullable *_Nonnull error);
/// Where the loader found the library that this symbol of it belongs to; NULL when it is not known.
const char *_Nullable cgpu_path(void *_Nonnull library, const char *_Nonnull symbol);
