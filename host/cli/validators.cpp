#include "host/cli/validators.h"

#include <charconv>
#include <string>

#include "io/number.h"

namespace dscore::cli {

CLI::Validator not_empty() {
  return {[](std::string& name) { return name.empty() ? std::string("the name is empty") : std::string(); }, ""};
}

CLI::Validator number() {
  return {[](std::string& text) {
            double value = 0;
            return parse_number(text, value) ? std::string() : why_not_a_number(text);
          },
          ""};
}

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  return {[=](std::string& text) {
            std::int64_t value = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, code] = std::from_chars(text.data(), end, value);
            if (code == std::errc() && stop == end && value >= least && value <= most) return std::string();
            return dscore::quoted(text) + " is not a whole number from " + std::to_string(least) + " to " +
                   std::to_string(most);
          },
          ""};
}

}  // namespace dscore::cli
