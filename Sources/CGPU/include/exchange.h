// NCCL, libnccl.so.2: only looked for, so that `pigment doctor` can tell its version.
#pragma once
#include "library.h"

#define CGPU_EXCHANGE(call) call(version, ncclGetVersion, (int *version))

typedef struct {
  CGPU_EXCHANGE(CGPU_FIELD)
} cgpu_exchange;

/// Fills the table; returns the symbol that the library lacks, or NULL.
const char *_Nullable cgpu_fill_exchange(void *_Nonnull library, cgpu_exchange *_Nonnull table);
