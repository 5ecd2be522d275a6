#pragma once
// Codes in text as small numbers, in the order of their first mention.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dscore {

class CodeIndex {
 public:
  /// The number of a code, a new one if it was not mentioned before.
  std::uint32_t add(std::string_view code) {
    if (const auto known = find(code)) return *known;
    codes_.emplace_back(code);
    const auto number = static_cast<std::uint32_t>(codes_.size() - 1);
    numbers_.emplace(codes_.back(), number);
    return number;
  }
  std::optional<std::uint32_t> find(std::string_view code) const {
    const auto found = numbers_.find(code);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }
  const std::string& text(std::uint32_t number) const { return codes_[number]; }
  std::size_t size() const { return codes_.size(); }

 private:
  std::deque<std::string> codes_;  // does not move them: the keys below are views
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace dscore
