// Primitives: engine, attributes, creation, arguments, execution.
#include <stdio.h>
#include <stdlib.h>
#include <dlfcn.h>
#include <pthread.h>

#include "internal.h"

static _Thread_local char message[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;
static void (*set_threads)(int);

const char *cdnnl_error(void) { return message; }

int cdnnl_failed(dnnl_status_t status, const char *call) {
  static const char *const words[] = {"success",           "out of memory",     "invalid arguments",
                                      "not implemented",   "last implementation", "runtime error",
                                      "not required"};
  const char *word = (unsigned)status < 7 ? words[status] : "unknown status";
  snprintf(message, sizeof message, "%s: %.200s", word, call);
  return status;
}

static void start(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) {
    fprintf(stderr, "oneDNN has no CPU engine on this machine\n");
    abort();
  }
  set_threads = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

dnnl_engine_t cdnnl_engine(void) {
  pthread_once(&once, start);
  return engine;
}

int cdnnl_version(void) {
  const dnnl_version_t *v = dnnl_version();
  return v->major * 10000 + v->minor * 100 + v->patch;
}

int cdnnl_has_bf16(void) {
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
}

int cdnnl_has_bf16_vectors(void) {
  const int isa = dnnl_get_effective_cpu_isa();
  return (isa & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16 &&
         (isa & dnnl_cpu_isa_avx512_core_amx) != dnnl_cpu_isa_avx512_core_amx;
}

int cdnnl_default_threads(void) {
  int (*most)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "omp_get_max_threads");
  return most ? most() : 1;
}

// OpenMP keeps the number per thread, and forgets it there at the end of each parallel region.
void cdnnl_use_threads(int threads) {
  pthread_once(&once, start);
  if (set_threads) set_threads(threads);
}

dnnl_data_type_t cdnnl_data_type(cdnnl_type type) {
  switch (type) {
    case CDNNL_BF16: return dnnl_bf16;
    case CDNNL_S32: return dnnl_s32;
    case CDNNL_U8: return dnnl_u8;
    case CDNNL_F32: break;
  }
  return dnnl_f32;
}

int cdnnl_argument_index(cdnnl_role role) {
  switch (role) {
    case CDNNL_SRC: return DNNL_ARG_SRC;
    case CDNNL_DST: return DNNL_ARG_DST;
    case CDNNL_WEIGHTS: return DNNL_ARG_WEIGHTS;
    case CDNNL_BIAS: return DNNL_ARG_BIAS;
    case CDNNL_WORKSPACE: return DNNL_ARG_WORKSPACE;
    case CDNNL_SCRATCHPAD: return DNNL_ARG_SCRATCHPAD;
    case CDNNL_DIFF_SRC: return DNNL_ARG_DIFF_SRC;
    case CDNNL_DIFF_DST: return DNNL_ARG_DIFF_DST;
    case CDNNL_DIFF_WEIGHTS: return DNNL_ARG_DIFF_WEIGHTS;
    case CDNNL_DIFF_BIAS: break;
  }
  return DNNL_ARG_DIFF_BIAS;
}

dnnl_status_t cdnnl_attributes(dnnl_primitive_attr_t *out, cdnnl_end end) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && end != CDNNL_AS_IS) {
    status = dnnl_post_ops_create(&operations);
    if (status == dnnl_success)
#if CDNNL_V3
      status = end == CDNNL_RELU
                   ? dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0, 0)
                   : dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
#else
      status = end == CDNNL_RELU
                   ? dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0)
                   : dnnl_post_ops_append_sum(operations, 1);
#endif
    if (status == dnnl_success)
      status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    if (operations) dnnl_post_ops_destroy(operations);
  }
  *out = attributes;
  return status;
}

int cdnnl_finish(cdnnl_operation **out, dnnl_primitive_desc_t description) {
  dnnl_primitive_t primitive;
  dnnl_status_t status = dnnl_primitive_create(&primitive, description);
  cdnnl_operation *operation = status == dnnl_success ? malloc(sizeof *operation) : NULL;
  if (!operation) {
    dnnl_primitive_desc_destroy(description);
    return cdnnl_failed(status == dnnl_success ? dnnl_out_of_memory : status,
                        "dnnl_primitive_create");
  }
  operation->description = description;
  operation->primitive = primitive;
  *out = operation;
  return 0;
}

void cdnnl_operation_destroy(cdnnl_operation *operation) {
  dnnl_primitive_destroy(operation->primitive);
  dnnl_primitive_desc_destroy(operation->description);
  free(operation);
}

cdnnl_md cdnnl_role_md(const_dnnl_primitive_desc_t description, cdnnl_role role) {
  if (role == CDNNL_SCRATCHPAD)
    return dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  if (role == CDNNL_WORKSPACE)
    return dnnl_primitive_desc_query_md(description, dnnl_query_workspace_md, 0);
  return dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md,
                                      cdnnl_argument_index(role));
}

int cdnnl_operation_layout(const cdnnl_operation *operation, cdnnl_role role, cdnnl_layout **out) {
  cdnnl_md md = cdnnl_role_md(operation->description, role);
  *out = NULL;
  if (!md || dnnl_memory_desc_get_size(md) == 0) return 0;
  cdnnl_layout *layout = calloc(1, sizeof *layout);
  if (!layout) return cdnnl_failed(dnnl_out_of_memory, "calloc");
#if CDNNL_V3
  dnnl_status_t status = dnnl_memory_desc_clone(&layout->md, md);
  if (status != dnnl_success) {
    free(layout);
    return cdnnl_failed(status, "dnnl_memory_desc_clone");
  }
#else
  layout->md = *md;
#endif
  *out = layout;
  return 0;
}

const char *cdnnl_operation_name(const cdnnl_operation *operation) {
  const char *name = "unknown";
  if (dnnl_primitive_desc_query(operation->description, dnnl_query_impl_info_str, 0, &name) !=
      dnnl_success)
    return "unknown";
  return name;
}

int cdnnl_run(const cdnnl_operation *operation, const cdnnl_argument *arguments, int count) {
  enum { MOST = 16 };
  dnnl_status_t status = dnnl_success;
  dnnl_exec_arg_t bound[MOST];
  dnnl_stream_t stream = NULL;
  int made = 0;
  if (count > MOST) return cdnnl_failed(dnnl_invalid_arguments, "too many arguments");
  TRY(dnnl_stream_create(&stream, cdnnl_engine(), dnnl_stream_default_flags));
  for (; made < count; ++made) {
    cdnnl_role role = arguments[made].role;
    cdnnl_md md = cdnnl_role_md(operation->description, role);
    bound[made].arg = cdnnl_argument_index(role);
    TRY(dnnl_memory_create(&bound[made].memory, md, cdnnl_engine(), arguments[made].address));
  }
  TRY(dnnl_primitive_execute(operation->primitive, stream, count, bound));
  TRY(dnnl_stream_wait(stream));
done:
  for (int i = 0; i < made; ++i) dnnl_memory_destroy(bound[i].memory);
  if (stream) dnnl_stream_destroy(stream);
  return status;
}
