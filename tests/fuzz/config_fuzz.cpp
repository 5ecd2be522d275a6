// Any text as the configuration of an import.

#include <string_view>

#include "io/import_config.h"
#include "kernels/error.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  try {
    dscore::parse_import_config("import.toml", {reinterpret_cast<const char*>(data), size}, "folder");
  } catch (const dscore::Error&) {
  }
  return 0;
}
