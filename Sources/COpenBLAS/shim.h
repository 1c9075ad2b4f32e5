#pragma once
#include <cblas.h>
#include <stddef.h>

// OpenBLAS holds LAPACK, but its C interface comes with another package; this is the Fortran one,
// with the lengths of the character arguments that compilers pass after all others.
void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n, double *a,
             const int *lda, const double *vl, const double *vu, const int *il, const int *iu,
             const double *abstol, int *m, double *w, double *z, const int *ldz, int *isuppz,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t,
             size_t);

/// Eigenvalues number `first` to `last` (from 1, ascending) of a symmetric matrix, and their vectors
/// as rows of `z`; `a` is destroyed. Returns LAPACK's info. With `lwork` and `liwork` -1 it only says
/// in `work[0]` and `iwork[0]` what it needs.
__attribute__((warn_unused_result)) static inline int copenblas_dsyevr(
    int n, double *a, int first, int last, int *found, double *w, double *z, int *isuppz,
    double *work, int lwork, int *iwork, int liwork) {
  double none = 0;
  int info = 0;
  dsyevr_("V", "I", "U", &n, a, &n, &none, &none, &first, &last, &none, found, w, z, &n, isuppz,
          work, &lwork, iwork, &liwork, &info, 1, 1, 1);
  return info;
}
