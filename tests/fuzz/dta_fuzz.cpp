#include "tests/fuzz/stat_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  return dscore::fuzz_stat(data, size, dscore::TableFormat::dta);
}
