// Matrix products, libcublasLt.so.
#pragma once
#include "driver.h"
#include "library.h"

typedef struct cgpu_blas_s *cgpu_blas;
typedef struct cgpu_product_s *cgpu_product;
typedef struct cgpu_matrix_s *cgpu_matrix;
typedef struct cgpu_preference_s *cgpu_preference;

/// cublasLtMatmulHeuristicResult_t; it begins with the algorithm.
typedef struct {
  uint64_t algorithm[8];
  size_t workspaceBytes;
  int state;
  float waves;
  int reserved[4];
} cgpu_choice;

/// cudaDataType_t, cublasComputeType_t, cublasOperation_t.
enum {
  CGPU_BLAS_F32 = 0,
  CGPU_BLAS_BF16 = 14,
  CGPU_BLAS_COMPUTE_F32 = 68,
  CGPU_BLAS_COMPUTE_TF32 = 77,
  CGPU_BLAS_TRANSPOSE = 1
};
/// Attributes of descriptions and preferences.
enum {
  CGPU_BLAS_TRANSPOSE_A = 3,
  CGPU_BLAS_TRANSPOSE_B = 4,
  CGPU_BLAS_MAX_WORKSPACE = 1,
  CGPU_BLAS_REDUCTION_SCHEMES = 3
};

#define CGPU_PRODUCTS(call)                                                                      \
  call(createHandle, cublasLtCreate, (cgpu_blas *handle))                                        \
  call(createProduct, cublasLtMatmulDescCreate,                                                  \
       (cgpu_product *product, int compute, int scaleType))                                      \
  call(destroyProduct, cublasLtMatmulDescDestroy, (cgpu_product product))                        \
  call(setProduct, cublasLtMatmulDescSetAttribute,                                               \
       (cgpu_product product, int attribute, const void *value, size_t bytes))                   \
  call(createMatrix, cublasLtMatrixLayoutCreate,                                                 \
       (cgpu_matrix *matrix, int type, uint64_t rows, uint64_t columns, int64_t leading))        \
  call(destroyMatrix, cublasLtMatrixLayoutDestroy, (cgpu_matrix matrix))                         \
  call(createPreference, cublasLtMatmulPreferenceCreate, (cgpu_preference *preference))          \
  call(destroyPreference, cublasLtMatmulPreferenceDestroy, (cgpu_preference preference))         \
  call(setPreference, cublasLtMatmulPreferenceSetAttribute,                                      \
       (cgpu_preference preference, int attribute, const void *value, size_t bytes))             \
  call(choose, cublasLtMatmulAlgoGetHeuristic,                                                   \
       (cgpu_blas handle, cgpu_product product, cgpu_matrix a, cgpu_matrix b, cgpu_matrix c,     \
        cgpu_matrix d, cgpu_preference preference, int capacity, cgpu_choice *choices,           \
        int *count))                                                                             \
  call(multiply, cublasLtMatmul,                                                                 \
       (cgpu_blas handle, cgpu_product product, const void *alpha, const void *a,                \
        cgpu_matrix aLayout, const void *b, cgpu_matrix bLayout, const void *beta,               \
        const void *c, cgpu_matrix cLayout, void *d, cgpu_matrix dLayout,                        \
        const void *algorithm, void *workspace, size_t workspaceBytes, cgpu_stream stream))

typedef struct {
  CGPU_PRODUCTS(CGPU_FIELD)
  size_t (*_Nonnull version)(void);
} cgpu_products;

/// Fills the table; returns the symbol that the library lacks, or NULL.
const char *_Nullable cgpu_fill_products(void *_Nonnull library, cgpu_products *_Nonnull table);
