// Any text as a date (the first line is its pattern), a postcode, an SBI code, a number. What is read must be what its
// own text gives again.

#include <cstdlib>
#include <string>
#include <string_view>

#include "host/date.h"
#include "host/postcode.h"
#include "host/sbi.h"
#include "io/cell.h"
#include "kernels/error.h"

using namespace dscore;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const std::string_view field = line == std::string_view::npos ? text : text.substr(line + 1);
  try {
    const DatePattern pattern(text.substr(0, line));
    if (const auto day = pattern.parse(field); day && DatePattern("yyyy-mm-dd").parse(text_of(*day)) != day)
      std::abort();
  } catch (const Error&) {
  }
  for (const PostcodeLevel level : {PostcodeLevel::pc6, PostcodeLevel::pc4}) {
    const auto postcode = parse_postcode(field, level);
    if (postcode && (*postcode >= kPostcodes || parse_postcode(text_of_postcode(*postcode), level) != postcode)) {
      std::abort();
    }
  }
  for (int width = 0; width <= 5; ++width) {
    const auto code = parse_sbi(field, width == 1 ? 0 : width);
    if (code && parse_sbi(code->text()) != code) std::abort();
  }
  double number = 0;
  std::int64_t whole = 0;
  CellFormat{',', {}}.number(field, number);
  if (whole_number(field, whole)) {
    std::int64_t again = 0;
    const std::string digits = std::to_string(whole);
    if (!whole_number(std::string_view(digits), again) || again != whole) std::abort();
  }
  shown(field);
  return 0;
}
