// Sector definitions: any bytes are refused with texts or give definitions that hold together.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "host/definitions_report.h"
#include "io/definitions_file.h"
#include "kernels/error.h"
#include "tests/fuzz/demand.h"

namespace dscore {
namespace {

void check_selectors(const std::vector<SbiSelector>& selectors) {
  for (const SbiSelector& one : selectors) {
    const SbiSelector again = parse_selector(one.text());
    demand(again.first == one.first && again.last == one.last, "a selector reads back");
    demand(covered_by(one).any(), "a selector matches something");
  }
}

void check_membership(const Definitions& definitions) {
  const auto matches = [](const std::vector<SbiSelector>& selectors, SbiCode code) {
    return std::any_of(selectors.begin(), selectors.end(), [&](const SbiSelector& one) { return one.matches(code); });
  };
  for (const SbiEntry& entry : sbi_list()) {
    std::uint64_t expected = 0;
    for (std::size_t p = 0; p < definitions.list().size(); ++p) {
      const Definition& one = definitions.list()[p];
      if (matches(one.include, entry.code) && !matches(one.exclude, entry.code)) expected |= std::uint64_t{1} << p;
    }
    demand(definitions.membership(entry.code) == expected, "membership by table is membership by selectors");
  }
}

void check_text(const std::string& text) {
  const auto problems = problems_of_definitions("input", text);
  for (const std::string& problem : problems) {
    demand(std::none_of(problem.begin(), problem.end(), [](unsigned char c) { return c < 0x20; }),
           "a problem is a line");
  }
  try {
    const Definitions definitions = parse_definitions("input", text);
    demand(problems.empty(), "what is accepted has no problems");
    for (const Definition& one : definitions.list()) {
      check_selectors(one.include);
      check_selectors(one.exclude);
    }
    check_membership(definitions);
    remarks_on(definitions.list());
    overlaps_of(definitions.list());
  } catch (const Error&) {
    demand(!problems.empty(), "what is refused has problems");
  }
}

}  // namespace
}  // namespace dscore

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dscore::check_text(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
