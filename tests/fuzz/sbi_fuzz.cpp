// Codes and selectors: the first byte is the width, the rest the field.

#include <cstddef>
#include <cstdint>
#include <string>

#include "host/definitions.h"
#include "kernels/error.h"
#include "tests/fuzz/demand.h"

namespace dscore {
namespace {

void check_code(int width, const std::string& field) {
  if (const auto code = parse_sbi(field, width)) {
    demand(sbi_listed(*code), "an accepted code is listed");
    demand(width == 0 || code->digits() == width, "an accepted code has the width");
    demand(parse_sbi(code->text()) == code, "a code reads back");
  } else {
    demand(!why_not_sbi(field, width).empty(), "a refusal has a reason");
  }
  try {
    const SbiSelector selector = parse_selector(field);
    demand(selector.matches(selector.first) && selector.matches(selector.last), "a selector matches its ends");
  } catch (const Error&) {
    return;  // refused with a text
  }
}

}  // namespace
}  // namespace dscore

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr int widths[] = {0, 2, 3, 4, 5};
  dscore::check_code(widths[data[0] % 5], std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
