#include "host/sbi_set.h"

namespace dscore {
namespace {

constexpr int kDigits = SbiCode::kMostDigits;

// The range of numbers with five digits below a code.
struct Span {
  std::size_t begin;
  std::size_t end;
};

Span below(SbiCode first, SbiCode last) {
  std::size_t width = 1;
  for (int digits = first.digits(); digits < kDigits; ++digits) width *= 10;
  return {first.number() * width, (last.number() + 1) * width};
}

enum class Share { none, part, all };

Share share_of(const SbiSet& set, SbiCode code) {
  const Span span = below(code, code);
  bool some = false;
  bool all = true;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    if (!whole_sbi()[i]) continue;
    if (set[i]) {
      some = true;
    } else {
      all = false;
    }
  }
  if (!some) return Share::none;
  return all ? Share::all : Share::part;
}

/// The codes of the list (five digits: all ten of a class) right below a parent, or the divisions.
std::vector<SbiCode> children(const SbiCode* parent) {
  std::vector<SbiCode> codes;
  const int digits = parent == nullptr ? SbiCode::kFewestDigits : parent->digits() + 1;
  const std::uint32_t begin = parent == nullptr ? 0 : 10 * parent->number();
  const std::uint32_t count = parent == nullptr ? 100 : 10;
  for (std::uint32_t number = begin; number < begin + count; ++number) {
    if (const SbiCode code(number, digits); sbi_listed(code)) codes.push_back(code);
  }
  return codes;
}

// Appends the siblings first to last, which are all in the set and follow each other in the list.
void append_run(std::vector<SbiSelector>& to, const std::vector<SbiCode>& siblings, std::size_t first,
                std::size_t last) {
  constexpr std::size_t kRange = 3;
  if (last - first + 1 >= kRange) {
    to.push_back({siblings[first], siblings[last]});
    return;
  }
  for (std::size_t i = first; i <= last; ++i) to.push_back({siblings[i], siblings[i]});
}

void append_below(std::vector<SbiSelector>& to, const SbiSet& set, const SbiCode* parent) {
  const std::vector<SbiCode> siblings = children(parent);
  for (std::size_t i = 0; i < siblings.size(); ++i) {
    const Share share = share_of(set, siblings[i]);
    if (share == Share::part) append_below(to, set, &siblings[i]);
    if (share != Share::all) continue;
    const std::size_t first = i;
    while (i + 1 < siblings.size() && share_of(set, siblings[i + 1]) == Share::all) ++i;
    append_run(to, siblings, first, i);
  }
}

}  // namespace

const SbiSet& whole_sbi() {
  static const SbiSet kWhole = [] {
    SbiSet set;
    for (const SbiEntry& entry : sbi_list()) {
      if (entry.code.digits() != SbiCode::kClassDigits) continue;
      const Span span = below(entry.code, entry.code);
      for (std::size_t i = span.begin; i < span.end; ++i) set.set(i);
    }
    return set;
  }();
  return kWhole;
}

SbiSet covered_by(const SbiSelector& selector) {
  SbiSet set;
  const Span span = below(selector.first, selector.last);
  for (std::size_t i = span.begin; i < span.end; ++i) set.set(i);
  return set & whole_sbi();
}

SbiSet covered_by(const Definition& definition) {
  SbiSet set;
  for (const SbiSelector& selector : definition.include) set |= covered_by(selector);
  for (const SbiSelector& selector : definition.exclude) set &= ~covered_by(selector);
  return set;
}

std::size_t classes_in(const SbiSet& set) {
  std::size_t count = 0;
  for (const SbiEntry& entry : sbi_list()) {
    count += entry.code.digits() == SbiCode::kClassDigits && share_of(set, entry.code) != Share::none ? 1 : 0;
  }
  return count;
}

std::vector<SbiSelector> compact(const SbiSet& set) {
  std::vector<SbiSelector> selectors;
  append_below(selectors, set, nullptr);
  return selectors;
}

std::string text_of(const std::vector<SbiSelector>& selectors) {
  std::string text;
  for (const SbiSelector& selector : selectors) text.append(text.empty() ? "" : " ").append(selector.text());
  return text;
}

}  // namespace dscore
