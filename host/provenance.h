#pragma once
// Where a file comes from: every setting, checksum, version, device and time, as named values in order.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dscore {

using ProvenanceValue = std::variant<std::string, double, std::int64_t>;

/// Named values in the order they were set. Names are [a-z0-9_]+ and unique.
struct Provenance {
  std::vector<std::pair<std::string, ProvenanceValue>> entries;

  /// Sets or replaces.
  void set(const std::string& name, ProvenanceValue value) {
    for (auto& entry : entries) {
      if (entry.first == name) {
        entry.second = std::move(value);
        return;
      }
    }
    entries.emplace_back(name, std::move(value));
  }
  const ProvenanceValue* find(const std::string& name) const {
    for (const auto& entry : entries) {
      if (entry.first == name) return &entry.second;
    }
    return nullptr;
  }
};

}  // namespace dscore
