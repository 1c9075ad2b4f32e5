// The compiler of kernels, libnvrtc.so.
#pragma once
#include "library.h"

typedef struct cgpu_program_s *cgpu_program;

#define CGPU_COMPILER(call)                                                                      \
  call(version, nvrtcVersion, (int *major, int *minor))                                          \
  call(create, nvrtcCreateProgram,                                                               \
       (cgpu_program *program, const char *source, const char *name, int headers,                \
        const char *const *headerTexts, const char *const *headerNames))                         \
  call(destroy, nvrtcDestroyProgram, (cgpu_program *program))                                    \
  call(compile, nvrtcCompileProgram,                                                             \
       (cgpu_program program, int options, const char *const *values))                           \
  call(logSize, nvrtcGetProgramLogSize, (cgpu_program program, size_t *bytes))                   \
  call(log, nvrtcGetProgramLog, (cgpu_program program, char *words))                             \
  call(binarySize, nvrtcGetCUBINSize, (cgpu_program program, size_t *bytes))                     \
  call(binary, nvrtcGetCUBIN, (cgpu_program program, char *bytes))

typedef struct {
  CGPU_COMPILER(CGPU_FIELD)
} cgpu_compiler;

/// Fills the table; returns the symbol that the library lacks, or NULL.
const char *_Nullable cgpu_fill_compiler(void *_Nonnull library, cgpu_compiler *_Nonnull table);
