// libnvrtc.so: hands a kernel file to the host's compiler, with kernel.h before it.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
struct program {
  std::string source, name, log;
  std::vector<char> binary;
};

std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}
}  // namespace

API nvrtcVersion(int *major, int *minor) {
  *major = 13;
  *minor = 0;
  return 0;
}
API nvrtcCreateProgram(void **result, const char *source, const char *name, int,
                       const char *const *, const char *const *) {
  *result = new program{source, name, "", {}};
  return 0;
}
API nvrtcDestroyProgram(void **p) {
  delete (program *)*p;
  *p = nullptr;
  return 0;
}
API nvrtcCompileProgram(void *handle, int count, const char *const *options) {
  auto p = (program *)handle;
  char folder[] = "/tmp/emulated-XXXXXX";
  if (!mkdtemp(folder)) return 6;
  std::string base = std::string(folder) + "/kernels", defines;
  for (int i = 0; i < count; ++i)
    if (!std::strncmp(options[i], "-D", 2)) defines += std::string(" ") + options[i];
  std::ofstream file(base + ".cpp");
  file << "#include \"" KERNEL_HEADER "\"\n#line 1 \"" << p->name << "\"\n" << p->source;
  // A way to call every kernel with pointers to its arguments, and to know how large they are.
  std::regex kernel("\nKERNEL ([a-z0-9_]+)\\(");
  for (std::sregex_iterator i(p->source.begin(), p->source.end(), kernel), end; i != end; ++i) {
    std::string name = (*i)[1];
    file << "extern \"C\" void call_" << name << "(void **p) { emulated::call(" << name
         << ", p); }\n"
         << "extern \"C\" unsigned long bytes_" << name
         << "(unsigned i) { return emulated::bytes(" << name << ", i); }\n";
  }
  bool barriers = p->source.find("__syncthreads") != std::string::npos;
  file << "extern \"C\" int emulated_barriers; int emulated_barriers = " << barriers << ";\n";
  file.close();
  // Undefined behavior stops the program.
  std::string command = COMPILER " -std=c++17 -O1 -w -shared -fPIC -fsanitize=undefined "
                        "-fsanitize-undefined-trap-on-error";
  if (std::getenv("EMULATED_GPU_COUNTS"))
    command += " -DEMULATED_COUNTS -fsanitize-coverage=func,trace-loads,trace-stores";
  command += defines + " " + base + ".cpp -o " + base + ".so > " + base + ".log 2>&1";
  int code = std::system(command.c_str());
  p->log = read(base + ".log");
  std::string object = read(base + ".so");
  uint64_t bytes = object.size();
  p->binary.resize(8 + bytes);
  std::memcpy(p->binary.data(), &bytes, 8);
  std::memcpy(p->binary.data() + 8, object.data(), bytes);
  std::string clean = std::string("rm -rf ") + folder;
  return std::system(clean.c_str()) == 0 && code == 0 ? 0 : 6;
}
API nvrtcGetProgramLogSize(void *p, size_t *bytes) {
  *bytes = ((program *)p)->log.size() + 1;
  return 0;
}
API nvrtcGetProgramLog(void *p, char *words) {
  std::strcpy(words, ((program *)p)->log.c_str());
  return 0;
}
API nvrtcGetCUBINSize(void *p, size_t *bytes) {
  *bytes = ((program *)p)->binary.size();
  return 0;
}
API nvrtcGetCUBIN(void *p, char *bytes) {
  std::memcpy(bytes, ((program *)p)->binary.data(), ((program *)p)->binary.size());
  return 0;
}
